// What npm's smpp does as a client: node client.js PORT WINDOW TEXTS prints its submit_sm a second.
'use strict';
const smpp = require('../../tests/peers/node_modules/smpp');
const [port, window, texts] = process.argv.slice(2).map(Number);
let sent = 0, told = 0, started;

const session = smpp.connect({host: '127.0.0.1', port}, () => session.bind_transceiver({system_id: 'bench', password: 'secret'}, () => {
    session.socket.setNoDelay(true);
    started = process.hrtime.bigint();
    while (sent < Math.min(window, texts)) submit();
}));
function submit() {
    ++sent;
    session.submit_sm({destination_addr: '919876543210', dest_addr_ton: 1, dest_addr_npi: 1, source_addr: '56767',
        registered_delivery: 1, data_coding: 0, short_message: 'Acme asks: YES 4821 or NO 4821?'}, answer => {
        if (answer.command_status !== 0) process.exit(1);
        if (++told === texts) {
            console.log(Math.round(texts / (Number(process.hrtime.bigint() - started) / 1e9)));
            process.exit(0);
        }
        if (sent < texts) submit();
    });
}
