package io.lockstep.core.volume;

import java.util.Optional;

/**
 * A host of a lockspace, in sanlock's own word.
 *
 * @param name the peer's {@code our_host_name}, where it is set
 * @param liveness DEAD is the only word that means dead, and only about this generation
 */
public record PeerState(HostId id, Optional<String> name, Generation generation, Liveness liveness) {

    public enum Liveness {
        LIVE,
        FAIL,
        DEAD,
        UNKNOWN
    }
}
