// Where the game finds its server. `make serve` answers this address with its own values; a deployed game has yours.
export const config = { host: "127.0.0.1", port: "7350", ssl: false, serverKey: "defaultkey" };
