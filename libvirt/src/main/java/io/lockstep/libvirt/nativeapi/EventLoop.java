package io.lockstep.libvirt.nativeapi;

import java.time.Duration;

/**
 * libvirt's own event loop, on a thread of its own. It delivers events and sends the keepalive messages of every connection that
 * was opened after it began, so nothing that takes long may run on it.
 */
final class EventLoop {

    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

    static {
        if (Libvirt.virEventRegisterDefaultImpl() < 0) {
            throw new IllegalStateException(
                    "libvirt's event loop does not start: " + Libvirt.error().words());
        }
        // A daemon of the JVM: it sits in native code for ever and must not keep the process alive.
        Thread.ofPlatform().daemon().name("libvirt-event-loop").start(EventLoop::run);
    }

    private EventLoop() {}

    /** Once for the process; libvirt has no way to end it. */
    static void start() {}

    private static void run() {
        while (true) {
            if (Libvirt.virEventRunDefaultImpl() < 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "libvirt's event loop: {0}",
                        Libvirt.error().words());
                try {
                    Thread.sleep(PAUSE_AFTER_ERROR);
                } catch (InterruptedException e) {
                    // Nobody may end this thread.
                    LOG.log(System.Logger.Level.DEBUG, "interrupted", e);
                }
            }
        }
    }
}
