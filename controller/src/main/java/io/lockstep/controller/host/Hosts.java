package io.lockstep.controller.host;

import io.lockstep.controller.host.Agents.Agent;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All hosts that ever registered and were not forgotten, and one stream to each.
 *
 * <p>Guarantees: one stream a host, opened again after it ended, with back-off; a stream that is lost or silent makes its host
 * unknown, and a former inventory never speaks for a host that is; what arrives on a stream that has been replaced is dropped;
 * a connected host is never forgotten; the history hears of a host in the order in which things happened to it; the lock is never
 * held while an agent or a listener is called.
 */
public final class Hosts implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Hosts.class);

    /**
     * @param silentAfter a stream without a message for so long is given up: three of the agents' heartbeats
     * @param gathering how long after a start with an empty database hosts may be missing that have not registered again yet
     */
    public record Settings(Duration silentAfter, Backoff redial, Duration gathering) {}

    private final Agents agents;
    private final HostHistory history;
    private final HostListener listener;
    private final Changes changes;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Settings settings;
    private final Instant gatheringUntil;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<HostName, Known> known = new TreeMap<>();
    /** So that a database that can be read only later does not bring them back. */
    private final Set<HostName> forgotten = new HashSet<>();

    private boolean restored;

    public Hosts(
            Agents agents,
            HostHistory history,
            HostListener listener,
            Changes changes,
            InstantSource clock,
            RandomGenerator random,
            Settings settings) {
        this.agents = agents;
        this.history = history;
        this.listener = listener;
        this.changes = changes;
        this.clock = clock;
        this.random = random;
        this.settings = settings;
        this.gatheringUntil = clock.instant().plus(settings.gathering());
    }

    /** One host; guarded by the lock. */
    private static final class Known {
        Registration registration;
        /** When it said so itself; never, when it is known from the database alone. */
        Instant registeredAt = Instant.EPOCH;

        Agent agent;
        Agents.@Nullable Stream stream;
        long streamNumber;
        boolean open;
        Instant streamSince = Instant.EPOCH;
        boolean heard;

        @Nullable
        Instant seenAt;

        @Nullable
        Inventory inventory;

        int failures;
        Instant redialAt;
        String problem = "it has not been reached since the controller started";

        Known(Registration registration, Agent agent, Instant redialAt) {
            this.registration = registration;
            this.agent = agent;
            this.redialAt = redialAt;
        }
    }

    /** Hosts from the database; one that has registered or been forgotten meanwhile is known better. */
    public void restore(Collection<Registration> registrations) {
        under(() -> {
            restored |= learned(registrations);
            return true;
        });
        tick();
    }

    /** Hosts that have registered with another controller. They may not be all that there are. */
    public void registeredElsewhere(Collection<Registration> registrations) {
        if (under(() -> learned(registrations))) {
            tick();
        }
    }

    /** @return whether one of them was new */
    private boolean learned(Collection<Registration> registrations) {
        boolean any = false;
        for (Registration each : registrations) {
            if (!known.containsKey(each.host()) && !forgotten.contains(each.host())) {
                known.put(each.host(), new Known(each, agents.dial(each.host(), each.endpoint()), clock.instant()));
                any = true;
            }
        }
        return any;
    }

    /** An agent introduces itself, at its start and then regularly. */
    public void register(Registration registration) {
        List<Runnable> after = new ArrayList<>();
        under(() -> {
            if (taken(registration, after)) {
                // INVARIANT: under the lock, so that a forgetting before this one cannot delete its row.
                history.registered(registration);
            }
            return true;
        });
        after.forEach(Runnable::run);
        tick();
    }

    /** @return whether it is new or says something new */
    private boolean taken(Registration registration, List<Runnable> after) {
        HostName host = registration.host();
        Instant now = clock.instant();
        Known before = known.get(host);
        if (before == null) {
            LOG.infof("host %s registered from %s, agent %s", host, registration.endpoint(), registration.version());
            forgotten.remove(host);
            Known first = new Known(registration, agents.dial(host, registration.endpoint()), now);
            first.registeredAt = now;
            known.put(host, first);
            return true;
        }
        Registration old = before.registration;
        before.registration = registration;
        before.registeredAt = now;
        if (!old.endpoint().equals(registration.endpoint())) {
            if (connected(before, now)) {
                LOG.warnf(
                        "host %s registered from %s while its agent at %s is still connected: two agents may use one name"
                                + " (lockstep.host). The later one counts",
                        host, registration.endpoint(), old.endpoint());
            } else {
                LOG.infof("host %s moved from %s to %s", host, old.endpoint(), registration.endpoint());
            }
            Agent former = before.agent;
            lost(before, "its agent moved to " + registration.endpoint(), after);
            after.add(former::close);
            before.agent = agents.dial(host, registration.endpoint());
            redialNow(before, now);
        } else if (!old.bootId().equals(registration.bootId())
                && (before.inventory == null || !before.inventory.bootId().equals(registration.bootId()))) {
            LOG.infof("host %s has booted", host);
            lost(before, "the host has booted", after);
            redialNow(before, now);
        } else if (!before.open) {
            redialNow(before, now);
        }
        return !old.equals(registration);
    }

    /**
     * Forgets a host that is gone for good, so that nothing waits for it any more. Whether it really is off is for the caller to
     * know; a connected one surely is not.
     */
    public ForgetOutcome forget(HostName host) {
        List<Runnable> after = new ArrayList<>();
        ForgetOutcome outcome = under(() -> forget(host, after));
        after.forEach(Runnable::run);
        if (outcome instanceof ForgetOutcome.Forgotten) {
            LOG.warnf("host %s is forgotten, as somebody asked: what runs there counts no longer", host);
            changes.changed();
        }
        return outcome;
    }

    /**
     * Hosts that were forgotten at another controller. One that is connected here is not gone; one that registers again is back.
     *
     * @param when by host
     */
    public void forgottenElsewhere(Map<HostName, Instant> when) {
        List<Runnable> after = new ArrayList<>();
        List<HostName> gone = under(() -> {
            List<HostName> dropped = new ArrayList<>();
            Instant now = clock.instant();
            when.forEach((host, at) -> {
                Known found = known.get(host);
                if (found != null && !connected(found, now) && found.registeredAt.isBefore(at)) {
                    known.remove(host);
                    forgotten.add(host);
                    lost(found, "it has been forgotten", after);
                    after.add(found.agent::close);
                    dropped.add(host);
                }
            });
            return dropped;
        });
        after.forEach(Runnable::run);
        if (!gone.isEmpty()) {
            LOG.warnf("forgotten at another controller, as somebody asked: %s", gone);
            changes.changed();
        }
    }

    private ForgetOutcome forget(HostName host, List<Runnable> after) {
        Known found = known.get(host);
        if (found == null) {
            return new ForgetOutcome.NotKnown();
        }
        if (connected(found, clock.instant())) {
            return new ForgetOutcome.Connected();
        }
        known.remove(host);
        forgotten.add(host);
        lost(found, "it has been forgotten", after);
        after.add(found.agent::close);
        // INVARIANT: under the lock, so that a registration after this one keeps its row.
        history.forgotten(host);
        return new ForgetOutcome.Forgotten();
    }

    /** Opens streams that are due and gives up silent ones. To be called every second or so. */
    public void tick() {
        List<Runnable> after = new ArrayList<>();
        boolean lostOne = under(() -> {
            Instant now = clock.instant();
            boolean any = false;
            for (Known each : known.values()) {
                if (each.open && !now.isBefore(lastSign(each).plus(settings.silentAfter()))) {
                    failed(each, "its agent has sent nothing for " + words(settings.silentAfter()), after);
                    any = true;
                }
                if (!each.open && !now.isBefore(each.redialAt)) {
                    after.add(open(each, now));
                }
            }
            return any;
        });
        after.forEach(Runnable::run);
        if (lostOne) {
            changes.changed();
        }
    }

    /** All hosts, by name. */
    public List<HostView> view() {
        return under(() -> {
            Instant now = clock.instant();
            return known.values().stream().map(k -> view(k, now)).toList();
        });
    }

    public Optional<HostView> view(HostName host) {
        return under(() -> Optional.ofNullable(known.get(host)).map(k -> view(k, clock.instant())));
    }

    public boolean connected(HostName host) {
        return view(host).filter(HostView::connected).isPresent();
    }

    /**
     * Whether hosts may exist that are not listed, because this controller started without a memory and their turn to register
     * again has not come yet.
     */
    public boolean gathering() {
        return under(() -> !restored && clock.instant().isBefore(gatheringUntil));
    }

    public Epoch highestEpoch(DomainUuid domain) {
        return view().stream().map(h -> h.epoch(domain)).reduce(Epoch.NONE, Epoch::highest);
    }

    /** To ask a host. One that never registered is silent like one that is down. */
    public Participant participant(HostName host) {
        return under(() -> {
            Known found = known.get(host);
            return found == null ? new Unregistered(host) : found.agent;
        });
    }

    /** Ends all streams. */
    @Override
    public void close() {
        List<Runnable> after = new ArrayList<>();
        under(() -> {
            known.values().forEach(k -> {
                lost(k, "the controller stops", after);
                k.redialAt = Instant.MAX;
                after.add(k.agent::close);
            });
            return true;
        });
        after.forEach(Runnable::run);
    }

    private HostView view(Known host, Instant now) {
        boolean connected = connected(host, now);
        return new HostView(
                host.registration,
                connected,
                Optional.ofNullable(host.seenAt),
                Optional.ofNullable(host.inventory),
                connected ? "" : host.open ? "its agent has not sent its inventory yet" : host.problem);
    }

    private boolean connected(Known host, Instant now) {
        return host.open && host.heard && now.isBefore(lastSign(host).plus(settings.silentAfter()));
    }

    private static Instant lastSign(Known host) {
        return host.heard && host.seenAt != null ? host.seenAt : host.streamSince;
    }

    private static void redialNow(Known host, Instant now) {
        host.failures = 0;
        host.redialAt = now;
    }

    /** To be run without the lock. */
    private Runnable open(Known host, Instant now) {
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
                    onStream(host, number, after -> failed(host, reason, after));
                }
            });
            boolean current = under(() -> {
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

    private void received(Known host, long number, Inventory inventory) {
        Instant now = clock.instant();
        boolean[] taken = {false};
        onStream(host, number, after -> {
            Registration registration = host.registration;
            if (!inventory.host().equals(registration.host())) {
                failed(
                        host,
                        "the agent at " + registration.endpoint() + " calls itself " + inventory.host()
                                + ": two agents may have changed addresses, or lockstep.host is wrong there",
                        after);
                return;
            }
            if (!host.heard) {
                LOG.infof("host %s is connected", registration.host());
            }
            if (!registration.bootId().equals(inventory.bootId())) {
                host.registration = new Registration(
                        registration.host(), registration.endpoint(), registration.version(), inventory.bootId());
            }
            host.heard = true;
            host.seenAt = now;
            host.inventory = inventory;
            host.failures = 0;
            taken[0] = true;
        });
        if (taken[0]) {
            listener.inventory(inventory, now);
            changes.changed();
        }
    }

    /** Does it unless the stream has been replaced. */
    private void onStream(Known host, long number, Consumer<List<Runnable>> what) {
        List<Runnable> after = new ArrayList<>();
        boolean current = under(() -> {
            if (!host.open || host.streamNumber != number) {
                return false;
            }
            what.accept(after);
            return true;
        });
        after.forEach(Runnable::run);
        if (current) {
            changes.changed();
        }
    }

    private void failed(Known host, String reason, List<Runnable> after) {
        if (host.heard || host.failures == 0) {
            LOG.warnf("host %s is unknown from now on: %s", host.registration.host(), reason);
        }
        lost(host, reason, after);
        host.failures++;
        host.redialAt = clock.instant().plus(settings.redial().after(host.failures, random));
    }

    private static void lost(Known host, String reason, List<Runnable> after) {
        Agents.Stream stream = host.stream;
        if (stream != null) {
            after.add(stream::cancel);
        }
        host.stream = null;
        host.open = false;
        host.heard = false;
        host.problem = reason;
    }

    private <T> T under(java.util.function.Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    private static String words(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    /** A host that nobody knows. */
    private record Unregistered(HostName host) implements Participant {
        @Override
        public ShareAnswer share(ShareOrder order, CallLimit limit) {
            return new ShareAnswer.Silent("host " + host + " has not registered with this controller");
        }

        @Override
        public WakeAnswer wake(
                io.lockstep.core.handover.HandoverId id,
                DomainUuid domain,
                Epoch epoch,
                io.lockstep.core.handover.SideProgress peer,
                CallLimit limit) {
            return new WakeAnswer.Silent("host " + host + " has not registered with this controller");
        }

        @Override
        public OwnDomain observe(DomainUuid domain, CallLimit limit) {
            return OwnDomain.UNKNOWN;
        }
    }
}
