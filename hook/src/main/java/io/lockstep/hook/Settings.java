package io.lockstep.hook;

/**
 * What {@code 50-lockstep} read from {@code hook.conf}, handed over as system properties.
 *
 * @param socket the agent's unix socket
 * @param deadlineMillis how long libvirt waits at most, from the start of this program; the agent's own deadline is shorter
 * @param connectMillis how long a restarting agent is waited for
 */
record Settings(String socket, long deadlineMillis, long connectMillis) {

    /**
     * Nothing is gained by waiting longer for what cannot be refused: an agent that starts finds out by looking, and meanwhile
     * libvirt holds the domain.
     */
    private static final long CONNECT_MILLIS_IN_VAIN = 5_000;

    static Settings ofProcess() {
        return new Settings(
                System.getProperty("lockstep.socket", "/run/lockstep/agent.sock"),
                seconds("lockstep.deadline", "65"),
                seconds("lockstep.connect", "20"));
    }

    /** Decimal, also with a leading zero; the script has checked that it is a number. */
    private static long seconds(String property, String otherwise) {
        return 1000L * Integer.parseInt(System.getProperty(property, otherwise));
    }

    long connectMillisFor(HookCall call) {
        return call.mayRefuse() ? connectMillis : Math.min(connectMillis, CONNECT_MILLIS_IN_VAIN);
    }
}
