// An SMSC for tests, made of npm's smpp: node smsc.js [--port N] [--key FILE --cert FILE] [--mute]
// It takes one JSON command a line on standard input and writes one JSON event a line to standard output: first
// {"event":"listening","port":N}, then every PDU that came ("pdu"), what it took responsibility for ("taken"), answers to
// what it sent ("answer"), sessions that end ("closed"). That log is the judge of what arrived.
'use strict';
const fs = require('fs');
const readline = require('readline');
const smpp = require('smpp');

const argument = (name, otherwise) => {
    const at = process.argv.indexOf('--' + name);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const mute = process.argv.includes('--mute');  // says where it listens and no more, for benchmarks
const log = (event, fields) => {
    if (!mute || event === 'listening') process.stdout.write(JSON.stringify({event, ...fields}) + '\n');
};

// What the commands change.
const mood = {
    bind: 0,            // status of bind answers
    status: 0,          // of the next `count` submit_sm_resp (throttling, errors)
    count: 0,
    silent: 0,          // so many submit_sm are taken and not answered
    deaf_to_enquire: false,
    receipts: '',       // 'text', 'tlv' or '' for none
    cut_every: 0,       // the link is cut at random submit_sm, one in so many
    seed: 1,
    delay_ms: 0,        // before a submit_sm is answered
};
const sessions = new Set();
let messages = 0;
let numbers = 0;

const random = () => {  // a linear congruential generator: the same cuts for the same seed
    mood.seed = (Math.imul(mood.seed, 1664525) + 1013904223) >>> 0;
    return mood.seed / 4294967296;
};

const plain = message => {
    if (message === undefined || message === null) return '';
    if (Buffer.isBuffer(message)) return message.toString('latin1');
    return typeof message === 'string' ? message : plain(message.message);
};
const udh = message => message && message.udh ? Buffer.concat(message.udh).toString('hex') : '';

function describe(session, pdu) {
    const told = {session: session.number, command: pdu.command, sequence: pdu.sequence_number};
    for (const key of ['system_id', 'system_type', 'source_addr', 'source_addr_ton', 'source_addr_npi', 'destination_addr',
        'dest_addr_ton', 'dest_addr_npi', 'esm_class', 'data_coding', 'registered_delivery', 'sar_msg_ref_num',
        'sar_total_segments', 'sar_segment_seqnum'])
        if (pdu[key] !== undefined) told[key] = pdu[key];
    if (pdu.password !== undefined) told.password_fits = pdu.password === 'secret';
    if (pdu.short_message !== undefined || pdu.message_payload !== undefined) {
        told.in_payload = pdu.message_payload !== undefined;
        const message = told.in_payload ? pdu.message_payload : pdu.short_message;
        told.text = plain(message);
        told.udh = udh(message);
    }
    for (const key of Object.keys(pdu))
        if (/^\d+$/.test(key)) (told.tlvs = told.tlvs || {})[key] = pdu[key].toString('latin1');
    return told;
}

const receiving = () => [...sessions].filter(each => each.receives && !each.gone).pop();
const end = session => { session.gone = true; session.destroy(); };

function receipt(session, submitted, id) {
    const day = '2611231200';
    const fields = {
        source_addr: submitted.destination_addr, destination_addr: submitted.source_addr, esm_class: 4,
        short_message: `id:${id} sub:001 dlvrd:001 submit date:${day} done date:${day} stat:DELIVRD err:000 text:`,
    };
    if (mood.receipts === 'tlv') Object.assign(fields, {receipted_message_id: id, message_state: 2, short_message: ''});
    deliver(receiving() || session, fields);
}

function deliver(session, fields) {
    if (!session) return log('error', {why: 'nobody is bound to receive'});
    const command = fields.command || 'deliver_sm';
    const started = Date.now();
    session[command](fields, answer => log('answer', {
        command: answer.command, status: answer.command_status, ms: Date.now() - started, tag: fields.tag}));
}

// Ends the link at this submit_sm in one of four ways; true where it was not taken before.
function cut(session, pdu, id) {
    const way = Math.floor(random() * 4);
    log('cut', {way});
    if (way === 0) return end(session);  // before it is taken
    log('taken', {id, to: pdu.destination_addr, text: plain(pdu.short_message)});
    if (way === 1) return end(session);  // taken, and not answered
    const answer = pdu.response({message_id: id}).toBuffer();
    session.socket.write(way === 2 ? answer.subarray(0, 9) : answer, () => end(session));  // half an answer, or one and no more
    session.gone = true;
}

function submit(session, pdu) {
    if (mood.count > 0) {
        --mood.count;
        return session.send(pdu.response({command_status: mood.status}));
    }
    const id = `m${++messages}`;
    if (mood.cut_every > 0 && random() * mood.cut_every < 1) return cut(session, pdu, id);
    log('taken', {id, to: pdu.destination_addr, text: plain(pdu.short_message)});
    if (mood.silent > 0) return --mood.silent;
    const answer = () => {
        session.send(pdu.response({message_id: id}));
        if (mood.receipts && pdu.registered_delivery & 1) receipt(session, pdu, id);
    };
    if (mood.delay_ms > 0) setTimeout(answer, mood.delay_ms);
    else answer();
}

function bind(session, pdu) {
    session.receives = pdu.command !== 'bind_transmitter' && mood.bind === 0;
    session.send(pdu.response(mood.bind ? {command_status: mood.bind} : {system_id: 'smsc.js'}));
}

function take(session, pdu) {
    if (session.gone) return;  // npm's smpp goes on with what it has read
    if (!mute) log('pdu', {...describe(session, pdu), status: pdu.command_status});
    if (pdu.command.startsWith('bind_') && !pdu.isResponse()) return bind(session, pdu);
    if (pdu.command === 'submit_sm') return submit(session, pdu);
    if (pdu.command === 'enquire_link') return mood.deaf_to_enquire ? undefined : session.send(pdu.response());
    if (pdu.command === 'unbind') session.send(pdu.response(), undefined, () => session.close());
}

function meet(session) {
    session.number = ++numbers;
    sessions.add(session);
    session.on('pdu', pdu => take(session, pdu));
    session.on('error', error => log('session_error', {session: session.number, why: String(error.message)}));
    session.on('close', () => {
        sessions.delete(session);
        log('closed', {session: session.number});
    });
}

const tls = argument('key') ? {key: fs.readFileSync(argument('key')), cert: fs.readFileSync(argument('cert'))} : {};
let server;
let port = Number(argument('port', 0));
function listen() {
    server = smpp.createServer(tls, meet);
    server.on('error', error => log('error', {why: String(error.message)}));
    server.listen(port, '127.0.0.1', () => {
        port = server.address().port;
        log('listening', {port});
    });
}

const commands = {
    set: wanted => Object.assign(mood, wanted),
    deliver: fields => deliver(receiving(), {...fields, ...(fields.hex && {short_message: Buffer.from(fields.hex, 'hex')})}),
    flood: ({count, ...fields}) => { for (let i = 0; i < count; ++i) deliver(receiving(), {...fields, tag: i}); },
    alert: fields => receiving().alert_notification(fields),
    enquire: () => receiving().enquire_link({}, answer => log('answer', {command: answer.command})),
    unbind: () => receiving().unbind({}, answer => log('answer', {command: answer.command})),
    raw: ({hex}) => receiving().socket.write(Buffer.from(hex, 'hex')),
    cut: () => sessions.forEach(end),
    stop: () => { server.close(); sessions.forEach(end); log('stopped'); },
    start: listen,
    mark: () => log('mark'),  // all before it is told
};
readline.createInterface({input: process.stdin}).on('line', line => {
    const {do: name, ...fields} = JSON.parse(line);
    commands[name](fields);
}).on('close', () => process.exit(0));
listen();
