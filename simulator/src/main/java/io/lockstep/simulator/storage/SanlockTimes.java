package io.lockstep.simulator.storage;

import java.time.Duration;

/**
 * sanlock's times, counted from the moment at which a host stops renewing.
 *
 * <p>The constants are those measured on a real cluster with an io_timeout of 10 s; its last renewal was some seconds before
 * the loss, which is why FAIL and the grant come a little earlier than the sources of sanlock say.
 *
 * @param ioTimeout sanlock's io_timeout
 */
public record SanlockTimes(Duration ioTimeout) {

    public static final SanlockTimes DEFAULT = new SanlockTimes(Duration.ofSeconds(10));

    private static final Duration WATCHDOG = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(40);

    /** The host itself gives its lockspace up: 8 × io_timeout. */
    public Duration renewalFails() {
        return ioTimeout.multipliedBy(8);
    }

    /** Others see it as FAIL: measured 75 s. */
    public Duration failAfter() {
        return ioTimeout.multipliedBy(15).dividedBy(2);
    }

    /** Others are granted its locks: measured 133 s. */
    public Duration grantedAfter() {
        return deadAfter().minusSeconds(7);
    }

    /** Others see it as DEAD: measured 140 s. */
    public Duration deadAfter() {
        return renewalFails().plus(WATCHDOG);
    }

    /** The watchdog resets a host that could not renew, before anybody else is granted its locks. */
    public Duration watchdogResets() {
        return renewalFails().plus(GRACE);
    }

    /** After a host has joined, sanlock says "hosts not ready" until it has seen everybody renew. */
    public Duration hostsReady() {
        return ioTimeout.multipliedBy(2);
    }
}
