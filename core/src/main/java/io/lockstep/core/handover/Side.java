package io.lockstep.core.handover;

/** Which end of a handover a host is. */
public enum Side {
    SOURCE,
    TARGET
}
