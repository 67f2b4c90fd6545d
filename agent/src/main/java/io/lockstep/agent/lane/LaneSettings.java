package io.lockstep.agent.lane;

import java.time.Duration;

/**
 * @param grace how long an unclaimed lock of ours is left when nobody said that its domain is gone
 * @param probeAfter how long requests fail at once after a command did not end, before the lock manager is tried again
 */
public record LaneSettings(Duration grace, Duration probeAfter) {

    public static final LaneSettings DEFAULT = new LaneSettings(Duration.ofSeconds(10), Duration.ofSeconds(10));
}
