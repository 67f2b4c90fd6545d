package io.lockstep.agent.work;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that never steps, for whatever is waited for: it began with the wall clock's time and runs with the machine's own. */
public final class SteadyClock implements InstantSource {

    public static final InstantSource CLOCK = new SteadyClock();

    private final Instant began = Instant.now();
    private final long nanos = System.nanoTime();

    private SteadyClock() {}

    @Override
    public Instant instant() {
        return began.plusNanos(System.nanoTime() - nanos);
    }
}
