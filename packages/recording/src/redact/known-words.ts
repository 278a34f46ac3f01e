/** The words of Holdfast's own sentences and of OpenSSH's fixed texts: all that a report shows of free text. */
const KNOWN_WORDS: ReadonlySet<string> = new Set(
  `
    a about above accept accepted accepts account actions add added address addresses after
    again agent ago alias alive all allow allowed allowstreamlocalforwarding
    allowtcpforwarding allowusers alone already also always an and anew announces another
    answer answered answers any anything appendix are args argument as ask asked asks
    associated astray async at attack auth authentication authenticationmethods authorized
    authorized_keys autossh away back background bad ban banner be because been before began
    begin begins behind believed belongs better between beyond bind body boot both broken
    buffer bug but by byte bytes called can cannot carries cause certificate certificates
    chage chance change changed character characters chatter check checked child chmod
    choice choose chooses chose chunk ciphers class client clientaliveinterval
    clientspecified clocks close closed closes code collect comes command command-line
    common compare config configuration confirm confirmation connect connected connecting
    connection connections connects contains context control controlmaster controlpath
    correct corrupted could count counted counts cut d database day days db dead deaf
    decided decides default degraded denied dev device did differ directive directory
    disable disconnect disconnected disk dmesg dns do does done down drawn draws driver
    dropped drops due during dynamic dynamicforward eacces each earlier echo echoes
    econnrefused else empty enabled encoding end ended ending ends enoent enospc entry
    environment eof error errors escape etc etimedout even events every everybody exchange
    exec execute exists exit exited expected expired explained extended facts fail fail2ban
    failed fails failure failures false far fatal file files fills find fingerprint
    fingerprints finish finished firewall first fit five fixed folder followed follows for
    fork format forward forwarded forwarding forwards found framed free from front ftp
    function g garbage gate gatewayports gave get getent gets gib give given gives go goes
    gone good got grace granted grants grows gssapi-with-mic guard h had half hand handed
    hands hangs happens hardly has have head health healthy hear hears heartbeat held hello
    here hidden hold holder holdfast holds host host-key-changed host-key-unknown hostbased
    hostkeyalgorithms hostname hour hours how however http hung id identification
    identitiesonly identityfile idle if ignore imap import impossible in include includes
    inconsistent incorrect inspector install instead integer into invalid is issues it its
    itself join journalctl jump jumphost keep keeps kept kex_exchange_identification
    kexalgorithms key keyboard-interactive keys kill killed kills kind know known
    known_hosts knows lacks language last late ld_library_path lead leads leave leaves left
    length let lid lifetime limits line lines listen listener listens little lives local
    local-lack local-port-held localforward localhost locked log logged logging login logins
    long longer longest look looked looking looks loop loopback lost ltnp machine macs made
    mail major make makes many master matching maximum maxstartups may meant memory message
    methods middle milliseconds min minute minutes miss missed missing moment monitor more
    most ms much multiplexing mux name named nc needed needs negotiate neither network never
    new next no nobody nodes nologin none nonsense nor not nothing notices now nowhere null
    number observable of off offer offers often ok old older on once one online only open
    opened opens openssh operation option options or order other others our ours out over
    overloaded own owner packet packets page pair pam params pass passed passes passphrase
    passwd password path patience peer permission permissions permitlisten permitopen
    permitted persourcepenalties pid pieces pipe place poll polling pop3 port ports private
    privileged probe probed probes problem processes program prolonged promise protocol
    proved provided proxy proxycommand pubkeyauthentication publickey punishes purpose push
    put question raise random range reach reached read reads reason received redis refusal
    refusals refused refuses reject rejection rejects rekeylimit release remote
    remote-port-held remoteforward remove removed renewed repeat replaced reply req request
    reset resets resolve restart restarts return returns revoked right rm room root route
    row rule rules run running runs s said same say saying says second seconds see seen
    self-signed send sends sent sentence server service session set setting settings shared
    short shorter side sigabrt sighup sigint sigkill sign sign-in signal signed sigpipe
    sigquit sigsegv sigterm sigusr1 sigusr2 silent since single sixth sleep slowly small so
    socket sockets socks some somebody something speaks spec specification specify sport src
    ss ssh ssh-add ssh-keygen ssh_auth_sock ssh_config sshd sshd_config start started
    starting starts state status stays stderr stdio stop stopped stopping stranger strangers
    stream streamlocalbindunlink such supervisor supported suspect swallows system take
    taken takes talks target tells term terminal text than that the their themselves then
    there they thing this though throttled through throwerror thrown time time-out timed
    timeout times tls to told too took touch traffic trap tried tries try tun tunnel tunnels
    turn twice two type typed ulimit unable undefined understand unix unknown unreachable
    unseen unsubscribe unsubscribing unsupported until up update url usage use user username
    valid value version versions via visitor vnc vouches vpn vs wait waited waiting waits
    wants was watches way well went were what whatever when where whether which while who
    whoever whole whose why will with within without woke word words work worked works would
    write written wrong yes yet you younger your zero
  `
    .trim()
    .split(/\s+/),
);

/** How often something happened: `71st`. */
const ORDINAL = /^\d{1,5}(?:st|nd|rd|th)$/;

/** Whether a word says nothing about anybody, however it is written. */
export function isKnownWord(word: string): boolean {
  return KNOWN_WORDS.has(word.toLowerCase()) || ORDINAL.test(word);
}
