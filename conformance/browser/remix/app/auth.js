// The routes of the package have no component, so that browsers load an empty module for them.
export {};
