package io.lockstep.controller.health;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Whether the controller has started, and when its work was last set going. */
@Singleton
public class Pulse {

    private static final Duration STALLED = Duration.ofMinutes(1);

    private final InstantSource clock;
    private volatile boolean started;
    private volatile Instant last;

    public Pulse(InstantSource clock) {
        this.clock = clock;
        this.last = clock.instant();
    }

    public void started() {
        started = true;
        beat();
    }

    public void beat() {
        last = clock.instant();
    }

    /** Whether the work was set going lately. */
    public boolean beats() {
        return sinceBeat().compareTo(STALLED) < 0;
    }

    boolean hasStarted() {
        return started;
    }

    Duration sinceBeat() {
        return Duration.between(last, clock.instant());
    }
}
