package io.lockstep.service.systemd;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * This service as systemd sees it ({@code Type=notify}): starting, ready, alive, stopping.
 *
 * <p>Guarantee: no method throws, with or without systemd.
 */
public final class Systemd {

    private static final Logger LOG = Logger.getLogger(Systemd.class);

    private final Optional<NotifySocket> socket;
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicReference<String> status = new AtomicReference<>("");

    private Systemd(Optional<NotifySocket> socket) {
        this.socket = socket;
    }

    /** Of this process: systemd names its socket in the environment. */
    public static Systemd ofProcess() {
        return in(System.getenv());
    }

    static Systemd in(Map<String, String> environment) {
        String name = environment.get("NOTIFY_SOCKET");
        if (name == null || name.isEmpty()) {
            return new Systemd(Optional.empty());
        }
        try {
            return new Systemd(Optional.of(new NotifySocket(name)));
        } catch (IllegalArgumentException e) {
            LOG.warnf("systemd cannot be told anything: %s", e.getMessage());
            return new Systemd(Optional.empty());
        }
    }

    /** Once. What is ordered after this service starts now. */
    public void ready() {
        if (ready.compareAndSet(false, true)) {
            send("READY=1");
        }
    }

    /** Within WatchdogSec of the last time, or systemd ends this process. */
    public void alive() {
        send("WATCHDOG=1");
    }

    /** The line of {@code systemctl status}; sent when it changes. */
    public void status(String line) {
        String clean = line.replace('\n', ' ');
        if (!clean.equals(status.getAndSet(clean))) {
            send("STATUS=" + clean);
        }
    }

    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String message) {
        if (socket.isPresent() && !socket.get().send(message)) {
            LOG.warnf("systemd does not take %s", message);
        }
    }
}
