package io.lockstep.controller.host;

import java.time.Instant;

/**
 * Tells whoever waits that it is worth looking again.
 *
 * <p>Guarantee: a change after {@link #version} was read is never missed. What changed is not said: the waiting one looks.
 */
public interface Changes {

    long version();

    void changed();

    /** Returns when the version is not the given one any more, at the deadline, or earlier for no reason. */
    void await(long version, Instant deadline);
}
