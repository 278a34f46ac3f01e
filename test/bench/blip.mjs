// A blip is a line that is bad for a while, or a connection that died while the line lives. What does it cost: which streams, how much
// time, how many logins? The scenes, each a benchmark of its own (such as --only blip-loss):
//
// - loss: every packet is lost for a while. TCP resumes by itself, so that nothing needs to be cut.
// - death: the connection is dead and the path lives (a NAT that forgot it, a session that hangs): only a new connection helps.
// - remote: the same with a -R, whose port the dead session still holds.
// - upload: a line that is full. An answer is late then, and nothing is dead.
// - network: the addresses and routes of this machine change.
// - stalls: it is the supervisor that stops, the clock that steps, the machine that is busy.
// - logins: what the server sees of all that.
//
// Loss and death are made differently. Loss is iptables, both ways, on the port of a line: TCP sends again until it comes through. Death
// is a relay that holds what it has and passes what is new, or SIGSTOP for the server's session: TCP lives, and nobody answers. The
// classic autossh plays on the same lines at the same moments.
export { measureDeath } from './blip/death.mjs';
export { measureLogins } from './blip/logins.mjs';
export { measureLoss } from './blip/loss.mjs';
export { measureNetwork } from './blip/network.mjs';
export { measureRemotePort } from './blip/remote-port.mjs';
export { measureStalls } from './blip/stalls.mjs';
export { measureUpload } from './blip/upload.mjs';
