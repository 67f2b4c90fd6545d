package io.lockstep.core.domain;

/** The job that libvirt runs on a domain. Only an outgoing migration concerns a handover; save, dump and backup do not. */
public enum DomainJob {
    NONE,
    OUTGOING_MIGRATION,
    OTHER
}
