package io.lockstep.controller.handover;

import java.time.Duration;

/**
 * How long the controller waits. The callee always ends first: a participant call before Begin, and Begin (55 s) before the
 * agent's verdict (60 s) and the hook (65 s).
 *
 * @param participant a source's time to share: lvchange 15 s, 5 s more after its KILL, and the way
 * @param begin a Begin as a whole
 * @param look a wake or an observation
 * @param settle how long a Begin looks again before it believes that no host, or more than one, runs the domain: inventories of
 *     two hosts are never of one moment
 * @param missing how long after a side was last heard of an inventory without its handover means that it takes no part: an
 *     inventory may have been on its way
 */
public record Deadlines(Duration participant, Duration begin, Duration look, Duration settle, Duration missing) {

    public static final Deadlines NORMAL = new Deadlines(
            Duration.ofSeconds(25),
            Duration.ofSeconds(55),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    public Deadlines {
        if (participant.compareTo(begin) >= 0) {
            throw new IllegalArgumentException(
                    "a participant call of " + participant + " does not end before a Begin of " + begin);
        }
    }

    public Deadlines scaled(double factor) {
        if (!(factor > 0)) {
            throw new IllegalArgumentException("lockstep.deadline-scale is " + factor + "; it must be positive");
        }
        return new Deadlines(
                scaled(participant, factor),
                scaled(begin, factor),
                scaled(look, factor),
                scaled(settle, factor),
                scaled(missing, factor));
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.max(1, Math.round(duration.toMillis() * factor)));
    }
}
