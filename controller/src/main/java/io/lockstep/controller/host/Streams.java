package io.lockstep.controller.host;

import io.lockstep.controller.host.Agents.Agent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * The inventory streams of the hosts.
 *
 * <p>Guarantees: one stream a host, opened again after it ended, with back-off; a stream that is silent is given up; what arrives
 * on a stream that has been replaced is dropped, and so is what an agent of another name sends; no agent and no listener is called
 * under the lock.
 */
final class Streams {

    private static final Logger LOG = Logger.getLogger(Streams.class);

    private final Guard guard;
    private final HostListener listener;
    private final Changes changes;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Hosts.Settings settings;

    Streams(
            Guard guard,
            HostListener listener,
            Changes changes,
            InstantSource clock,
            RandomGenerator random,
            Hosts.Settings settings) {
        this.guard = guard;
        this.listener = listener;
        this.changes = changes;
        this.clock = clock;
        this.random = random;
        this.settings = settings;
    }

    /** Opens those that are due and gives up silent ones; under the lock. */
    boolean due(Collection<KnownHost> hosts, List<Runnable> after) {
        Instant now = clock.instant();
        boolean lostOne = false;
        for (KnownHost each : hosts) {
            if (each.silent(now, settings.silentAfter())) {
                failed(each, "its agent has sent nothing for " + words(settings.silentAfter()), after);
                lostOne = true;
            }
            if (!each.open && !now.isBefore(each.redialAt)) {
                after.add(open(each, now));
            }
        }
        return lostOne;
    }

    /** @return what is to be run without the lock */
    private Runnable open(KnownHost host, Instant now) {
        long number = ++host.streamNumber;
        Agent agent = host.agent;
        host.open = true;
        host.heard = false;
        host.streamSince = now;
        return () -> {
            Agents.Stream stream = agent.watch(new Agents.InventoryListener() {
                @Override
                public void inventory(Inventory inventory) {
                    received(host, number, inventory);
                }

                @Override
                public void ended(String reason) {
                    if (onStream(host, number, after -> failed(host, reason, after))) {
                        changes.changed();
                    }
                }
            });
            boolean current = guard.under(() -> {
                if (host.open && host.streamNumber == number) {
                    host.stream = stream;
                    return true;
                }
                return false;
            });
            if (!current) {
                stream.cancel();
            }
        };
    }

    private void received(KnownHost host, long number, Inventory inventory) {
        Instant now = clock.instant();
        boolean[] taken = {false};
        boolean current = onStream(host, number, after -> taken[0] = taken(host, inventory, now, after));
        if (taken[0]) {
            listener.inventory(inventory, now);
        }
        if (current) {
            changes.changed();
        }
    }

    private boolean taken(KnownHost host, Inventory inventory, Instant now, List<Runnable> after) {
        Registration registration = host.registration;
        if (!inventory.host().equals(registration.host())) {
            failed(
                    host,
                    "the agent at " + registration.endpoint() + " calls itself " + inventory.host()
                            + ": two agents may have changed addresses, or lockstep.host is wrong there",
                    after);
            return false;
        }
        if (!host.heard) {
            LOG.infof("host %s is connected", registration.host());
        }
        if (!registration.bootId().equals(inventory.bootId())) {
            host.registration = new Registration(
                    registration.host(), registration.endpoint(), registration.version(), inventory.bootId());
        }
        host.heard(inventory, now);
        return true;
    }

    /**
     * Does it under the lock, unless the stream has been replaced.
     *
     * @return whether it was done
     */
    private boolean onStream(KnownHost host, long number, Consumer<List<Runnable>> what) {
        List<Runnable> after = new ArrayList<>();
        boolean current = guard.under(() -> {
            if (!host.open || host.streamNumber != number) {
                return false;
            }
            what.accept(after);
            return true;
        });
        after.forEach(Runnable::run);
        return current;
    }

    private void failed(KnownHost host, String reason, List<Runnable> after) {
        if (host.heard || host.failures == 0) {
            LOG.warnf("host %s is unknown from now on: %s", host.registration.host(), reason);
        }
        host.lost(reason, after);
        host.failures++;
        host.redialAt = clock.instant().plus(settings.redial().after(host.failures, random));
    }

    private static String words(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
