package io.lockstep.agent.libvirt;

import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.OwnObservation;
import io.lockstep.core.port.Hypervisor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What libvirt showed of this host's domains, and how often in a row.
 *
 * <p>Guarantees: a domain whose hook was in progress at any moment of a look is unknown in that look; a libvirt that does not
 * answer makes every domain unknown, never absent, and so does one that tells nothing of a domain make that one; two looks count as two only when some time lies between them.
 */
public final class DomainWatch {

    private final Hypervisor hypervisor;
    private final InstantSource clock;
    private final WatchSettings settings;
    private final Supplier<Collection<DomainUuid>> concerned;

    private final ReentrantLock looking = new ReentrantLock();
    /** How many looks have begun. INVARIANT: written while holding {@link #looking}. */
    private final AtomicLong looks = new AtomicLong();

    private final HooksInProgress hooks = new HooksInProgress();
    private volatile Look latest = new Look(0, Map.of());
    private volatile Map<DomainUuid, DomainReading> domains = new TreeMap<>();
    private volatile Set<DomainUuid> withheld = Set.of();
    private volatile Map<String, String> pools = Map.of();
    private volatile Optional<String> silence = Optional.of("libvirt was not asked yet");
    private volatile @Nullable Instant answeredAt;

    /** One look, as one value: when it began, by the hooks' time, and what it showed. */
    private record Look(long began, Map<DomainUuid, Sight> sights) {}

    /** @param looks in a row that gave the same answer, {@code countedAt} being the latest that counted */
    private record Sight(OwnDomain own, int looks, Instant since, Instant countedAt) {}

    /** @param concerned the domains that matter here although libvirt may not list them: those with claims or handovers */
    public DomainWatch(
            Hypervisor hypervisor,
            InstantSource clock,
            WatchSettings settings,
            Supplier<Collection<DomainUuid>> concerned) {
        this.hypervisor = hypervisor;
        this.clock = clock;
        this.settings = settings;
        this.concerned = concerned;
    }

    public HooksInProgress hooks() {
        return hooks;
    }

    /**
     * Asks libvirt and remembers the answer. Blocks as long as libvirt takes. Of those who wait for a look that is under way one asks
     * again, and the others are content with that: however many want to look, a libvirt that was slow is asked once more.
     */
    public void look() {
        long before = looks.get();
        looking.lock();
        try {
            if (looks.get() != before) {
                return;
            }
            looks.incrementAndGet();
            long began = hooks.now();
            HypervisorReading answer = answer();
            Instant now = clock.instant();
            switch (answer) {
                case HypervisorReading.Silent silent -> {
                    silence = Optional.of(silent.reason());
                    remember(began, Set.of(), now, d -> OwnDomain.UNKNOWN);
                }
                case HypervisorReading.Seen seen -> {
                    silence = Optional.empty();
                    answeredAt = now;
                    Map<DomainUuid, DomainReading> listed = new TreeMap<>();
                    seen.domains().stream().filter(d -> d.state().active()).forEach(d -> listed.put(d.uuid(), d));
                    domains = listed;
                    withheld = Set.copyOf(seen.unknown());
                    Set<DomainUuid> shown = new TreeSet<>(listed.keySet());
                    shown.addAll(seen.unknown());
                    remember(
                            began,
                            shown,
                            now,
                            d -> hooks.since(d, began) || seen.unknown().contains(d)
                                    ? OwnDomain.UNKNOWN
                                    : OwnDomain.of(Optional.ofNullable(listed.get(d))));
                }
            }
        } finally {
            looking.unlock();
        }
    }

    /** An error on the way is no answer. */
    private HypervisorReading answer() {
        try {
            HypervisorReading answer = hypervisor.read();
            if (answer instanceof HypervisorReading.Seen) {
                // A pool that hangs hides the others, but does not move them.
                hypervisor.poolTargets().ifPresent(p -> pools = p);
            }
            return answer;
        } catch (RuntimeException e) {
            return new HypervisorReading.Silent(String.valueOf(e));
        }
    }

    private void remember(
            long began, Set<DomainUuid> shown, Instant now, java.util.function.Function<DomainUuid, OwnDomain> own) {
        Map<DomainUuid, Sight> next = new HashMap<>();
        concerned.get().forEach(d -> next.put(d, sight(d, own.apply(d), now)));
        shown.forEach(d -> next.put(d, sight(d, own.apply(d), now)));
        latest = new Look(began, next);
    }

    private Sight sight(DomainUuid domain, OwnDomain own, Instant now) {
        Look last = latest;
        Sight before = last.sights().get(domain);
        // What was seen before a hook is no first look for what is seen after it.
        if (before == null || before.own() != own || hooks.since(domain, last.began())) {
            return new Sight(own, 1, now, now);
        }
        boolean counts = !before.countedAt().plus(settings.lookGap()).isAfter(now) || now.isBefore(before.countedAt());
        return counts ? new Sight(own, before.looks() + 1, before.since(), now) : before;
    }

    /** The latest look at a domain; nothing, when a hook of it has been in progress since that look began. */
    public OwnObservation observation(DomainUuid domain) {
        Look look = latest;
        Sight sight = look.sights().get(domain);
        if (sight == null || hooks.since(domain, look.began())) {
            return OwnObservation.NOTHING;
        }
        boolean lasting = !sight.since().plus(settings.lasting()).isAfter(clock.instant());
        return new OwnObservation(sight.own(), sight.looks(), lasting);
    }

    /** A domain in the latest look, also one that nobody was concerned with. */
    public OwnDomain fresh(DomainUuid domain) {
        if (silence.isPresent()) {
            return OwnDomain.UNKNOWN;
        }
        Look look = latest;
        Sight sight = look.sights().get(domain);
        if (hooks.since(domain, look.began())) {
            return OwnDomain.UNKNOWN;
        }
        return sight != null ? sight.own() : OwnDomain.of(domain(domain));
    }

    /** The active domains of the latest answer; it proves nothing while {@link #silence} is present. */
    public List<DomainReading> domains() {
        return List.copyOf(domains.values());
    }

    public Optional<DomainReading> domain(DomainUuid domain) {
        return Optional.ofNullable(domains.get(domain));
    }

    /** Whether libvirt's latest answer names the domain and tells nothing of it: it is missing in {@link #domains}, and may run. */
    public boolean withheld(DomainUuid domain) {
        return withheld.contains(domain);
    }

    /** The same, of any domain. */
    public boolean withholds() {
        return !withheld.isEmpty();
    }

    /** Why libvirt's latest answer is missing; empty when it answered. */
    public Optional<String> silence() {
        return silence;
    }

    public Optional<Instant> answeredAt() {
        return Optional.ofNullable(answeredAt);
    }

    /** Where the storage pools of this host keep their volumes, as libvirt told last. */
    public Optional<String> poolTarget(String pool) {
        return Optional.ofNullable(pools.get(pool));
    }

    /**
     * @param lookGap how long after a look the next one counts as another
     * @param lasting how long a state may last in a healthy migration before a person should look
     * @param eventDelay how long after an event of libvirt the look follows while no handover is open; zero is at once
     */
    public record WatchSettings(Duration lookGap, Duration lasting, Duration eventDelay) {

        public WatchSettings(Duration lookGap, Duration lasting) {
            this(lookGap, lasting, Duration.ZERO);
        }

        public static final WatchSettings DEFAULT = new WatchSettings(Duration.ofMillis(500), Duration.ofMinutes(30));
    }
}
