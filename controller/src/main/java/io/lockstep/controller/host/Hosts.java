package io.lockstep.controller.host;

import io.lockstep.controller.host.Agents.Agent;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
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
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * All hosts that ever registered and were not forgotten, and one stream to each ({@link Streams}).
 *
 * <p>Guarantees: a stream that is lost or silent makes its host unknown, and a former inventory never speaks for a host that is;
 * a connected host is never forgotten; the history hears of a host in the order in which things happened to it; the lock is never
 * held while an agent or a listener is called.
 */
public final class Hosts implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Hosts.class);

    /**
     * @param silentAfter a stream without a message for so long is given up: three of the agents' heartbeats
     * @param gathering how long after a start hosts may be missing that have not registered again yet; with a database that knows
     *     hosts half as long
     */
    public record Settings(Duration silentAfter, Backoff redial, Duration gathering) {}

    private final Agents agents;
    private final HostHistory history;
    private final Changes changes;
    private final InstantSource clock;
    private final Settings settings;
    private final Streams streams;
    private final HostListener listener;
    private final Instant startedAt;

    /** Guards all that is known of hosts. */
    private final Guard guard = new Guard();

    private final TreeMap<HostName, KnownHost> known = new TreeMap<>();
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
        this.changes = changes;
        this.clock = clock;
        this.settings = settings;
        this.listener = listener;
        this.streams = new Streams(guard, listener, changes, clock, random, settings);
        this.startedAt = clock.instant();
    }

    /** Hosts from the database; one that has registered or been forgotten meanwhile is known better. */
    public void restore(Collection<Registration> registrations) {
        guard.does(() -> restored |= learned(registrations));
        tick();
    }

    /** Hosts that have registered with another controller. They may not be all that there are. */
    public void registeredElsewhere(Collection<Registration> registrations) {
        if (guard.under(() -> learned(registrations))) {
            tick();
        }
    }

    /** @return whether one of them was new */
    private boolean learned(Collection<Registration> registrations) {
        boolean any = false;
        for (Registration each : registrations) {
            if (!known.containsKey(each.host()) && !forgotten.contains(each.host())) {
                known.put(each.host(), new KnownHost(each, agents.dial(each.host(), each.endpoint()), clock.instant()));
                any = true;
            }
        }
        return any;
    }

    /** An agent introduces itself, at its start and then regularly. */
    public void register(Registration registration) {
        List<Runnable> after = new ArrayList<>();
        guard.does(() -> {
            if (taken(registration, after)) {
                // INVARIANT: under the lock, so that a forgetting before this one cannot delete its row.
                history.registered(registration);
            }
        });
        after.forEach(Runnable::run);
        tick();
    }

    /** @return whether it is new or says something new */
    private boolean taken(Registration registration, List<Runnable> after) {
        HostName host = registration.host();
        Instant now = clock.instant();
        KnownHost before = known.get(host);
        if (before == null) {
            LOG.infof("host %s registered from %s, agent %s", host, registration.endpoint(), registration.version());
            forgotten.remove(host);
            KnownHost first = new KnownHost(registration, agents.dial(host, registration.endpoint()), now);
            first.registeredAt = now;
            known.put(host, first);
            return true;
        }
        Registration old = before.registration;
        before.registration = registration;
        before.registeredAt = now;
        if (!old.endpoint().equals(registration.endpoint())) {
            if (before.connected(now, settings.silentAfter())) {
                LOG.warnf(
                        "host %s registered from %s while its agent at %s is still connected: two agents may use one name"
                                + " (lockstep.host). The later one counts",
                        host, registration.endpoint(), old.endpoint());
            } else {
                LOG.infof("host %s moved from %s to %s", host, old.endpoint(), registration.endpoint());
            }
            Agent former = before.agent;
            before.lost("its agent moved to " + registration.endpoint(), after);
            after.add(former::close);
            before.agent = agents.dial(host, registration.endpoint());
            before.redialNow(now);
        } else if (!old.bootId().equals(registration.bootId())
                && (before.inventory == null || !before.inventory.bootId().equals(registration.bootId()))) {
            LOG.infof("host %s has booted", host);
            before.lost("the host has booted", after);
            before.redialNow(now);
        } else if (!before.open) {
            before.redialNow(now);
        }
        return !old.equals(registration);
    }

    /**
     * Forgets a host that is gone for good, so that nothing waits for it any more. Whether it really is off is for the caller to
     * know; a connected one surely is not.
     */
    public ForgetOutcome forget(HostName host) {
        List<Runnable> after = new ArrayList<>();
        ForgetOutcome outcome = guard.under(() -> forget(host, after));
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
        List<HostName> gone = guard.under(() -> {
            List<HostName> dropped = new ArrayList<>();
            Instant now = clock.instant();
            when.forEach((host, at) -> {
                KnownHost found = known.get(host);
                if (found != null && !found.connected(now, settings.silentAfter()) && found.registeredAt.isBefore(at)) {
                    known.remove(host);
                    forgotten.add(host);
                    found.lost("it has been forgotten", after);
                    after.add(found.agent::close);
                    after.add(() -> listener.forgotten(host));
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
        KnownHost found = known.get(host);
        if (found == null) {
            return new ForgetOutcome.NotKnown();
        }
        if (found.connected(clock.instant(), settings.silentAfter())) {
            return new ForgetOutcome.Connected();
        }
        known.remove(host);
        forgotten.add(host);
        found.lost("it has been forgotten", after);
        after.add(found.agent::close);
        after.add(() -> listener.forgotten(host));
        // INVARIANT: under the lock, so that a registration after this one keeps its row.
        history.forgotten(host);
        return new ForgetOutcome.Forgotten();
    }

    /** Opens streams that are due and gives up silent ones. To be called every second or so. */
    public void tick() {
        List<Runnable> after = new ArrayList<>();
        boolean lostOne = guard.under(() -> streams.due(known.values(), after));
        after.forEach(Runnable::run);
        if (lostOne) {
            changes.changed();
        }
    }

    /** All hosts, by name. */
    public List<HostView> view() {
        return guard.under(() -> {
            Instant now = clock.instant();
            return known.values().stream()
                    .map(k -> k.view(now, settings.silentAfter()))
                    .toList();
        });
    }

    public Optional<HostView> view(HostName host) {
        return guard.under(
                () -> Optional.ofNullable(known.get(host)).map(k -> k.view(clock.instant(), settings.silentAfter())));
    }

    public boolean connected(HostName host) {
        return view(host).filter(HostView::connected).isPresent();
    }

    /**
     * Whether hosts may exist that are not listed, because this controller has just started and their turn to register again has
     * not come yet. A database that knows hosts may be older than others, but it is believed sooner.
     */
    public boolean gathering() {
        return guard.under(() -> clock.instant()
                .isBefore(startedAt.plus(restored ? settings.gathering().dividedBy(2) : settings.gathering())));
    }

    public Epoch highestEpoch(DomainUuid domain) {
        return view().stream().map(h -> h.epoch(domain)).reduce(Epoch.NONE, Epoch::highest);
    }

    /** To ask a host. One that never registered is silent like one that is down. */
    public Participant participant(HostName host) {
        return guard.under(() -> {
            KnownHost found = known.get(host);
            return found == null ? new Unregistered(host) : found.agent;
        });
    }

    /** Ends all streams. */
    @Override
    public void close() {
        List<Runnable> after = new ArrayList<>();
        guard.does(() -> known.values().forEach(k -> {
            k.lost("the controller stops", after);
            k.redialAt = Instant.MAX;
            after.add(k.agent::close);
        }));
        after.forEach(Runnable::run);
    }
}
