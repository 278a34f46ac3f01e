export const HOST_ALLOWED = 'a host as ssh takes it, such as "me@bastion" or a Host of ssh_config';

/** As ssh refuses it: a host, and the part behind a user, must not look like an option. */
export const HOST = /^(?!-)(?!.*@-)[^\s\p{Cc}]+$/u;
