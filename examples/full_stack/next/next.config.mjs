export default {
    // The package imports Next's modules without an extension, which Node does not resolve by itself.
    transpilePackages: ['@propelauth/nextjs'],
};
