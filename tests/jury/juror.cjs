// Judges tokens with jose. Reads lines of [token, audience or null] up to an empty one, and answers
// them with one line of verdicts: {"user_id", "email"} or {"refused"}.
const readline = require("node:readline");
const jose = require("jose");

const { pem, issuer, now } = JSON.parse(process.argv[2]);
const currentDate = new Date(now * 1000);

// Half a surrogate pair cannot be handed over, and anything but text is nobody's name.
const text = (value) => (typeof value === "string" && value.isWellFormed() ? value : null);

async function judge(line, key) {
    const [token, audience] = JSON.parse(line);
    const options = { algorithms: ["RS256"], issuer, currentDate, requiredClaims: ["exp"] };
    if (audience !== null) {
        options.audience = audience;
    }
    try {
        const { payload } = await jose.jwtVerify(token, key, options);
        return { user_id: text(payload.user_id), email: text(payload.email) };
    } catch (error) {
        return { refused: error.message.toWellFormed() };
    }
}

async function main() {
    const key = await jose.importSPKI(pem, "RS256");
    let lines = [];
    for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
        if (line !== "") {
            lines.push(line);
            continue;
        }
        const verdicts = await Promise.all(lines.map((line) => judge(line, key)));
        process.stdout.write(JSON.stringify(verdicts) + "\n");
        lines = [];
    }
}

main();
