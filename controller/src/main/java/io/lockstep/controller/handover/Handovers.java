package io.lockstep.controller.handover;

import io.lockstep.controller.handover.Handover.Change;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.host.Changes;
import io.lockstep.controller.host.HostListener;
import io.lockstep.controller.host.Inventory;
import io.lockstep.controller.host.SideReport;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.handover.SideProgress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one place where handovers change: whatever a side reports, by call, by inventory or as an answer, ends here.
 *
 * <p>Guarantees: all open handovers are in memory, so nothing here waits for a database; the history is told of the changes of a
 * handover in their order; listeners are called without the lock, and look up what they want to know.
 */
public final class Handovers implements HostListener {

    private static final Logger LOG = Logger.getLogger(Handovers.class);

    /** Closed ones that stay in memory: late reports find them, and lists work while the database does not. */
    private static final int CLOSED_KEPT = 500;

    private final HandoverHistory history;
    private final Changes changes;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final List<Consumer<Handover>> listeners = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<HandoverId, Remembered> open = new LinkedHashMap<>();
    private final Map<HandoverId, Remembered> closed = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<HandoverId, Remembered> eldest) {
            return size() > CLOSED_KEPT;
        }
    };
    private final Map<DomainUuid, Epoch> epochs = new HashMap<>();
    private final Set<DomainUuid> turns = new HashSet<>();

    public Handovers(HandoverHistory history, Changes changes, InstantSource clock, Deadlines deadlines) {
        this.history = history;
        this.changes = changes;
        this.clock = clock;
        this.deadlines = deadlines;
    }

    private record Remembered(Handover handover, List<HandoverEvent> events) {}

    /**
     * Does it as the only one that opens a handover of this domain meanwhile.
     *
     * @return empty, with nothing done, while another call has the domain's turn
     */
    <T> Optional<T> inTurn(DomainUuid domain, Supplier<T> what) {
        if (!under(() -> turns.add(domain))) {
            return Optional.empty();
        }
        try {
            return Optional.of(what.get());
        } finally {
            under(() -> turns.remove(domain));
            changes.changed();
        }
    }

    /** Called after every change, without a lock held and by whatever thread; must not block for long. */
    public Runnable listen(Consumer<Handover> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * From the database: at a start, when it can be read at last, and whenever other controllers may have written. What is known
     * already is put together with it.
     *
     * @param highest of every domain
     */
    public void restore(Collection<Told> stored, Map<DomainUuid, Epoch> highest) {
        Instant now = clock.instant();
        List<Handover> restored = under(() -> {
            highest.forEach(this::remember);
            List<Handover> taken = new ArrayList<>();
            for (Told each : stored) {
                Handover handover = each.handover();
                Remembered known = entry(handover.id());
                if (known != null) {
                    Handover both = known.handover().merged(handover, now);
                    if (!both.equals(known.handover())) {
                        put(both, known.events());
                        taken.add(both);
                    }
                } else {
                    Handover heard = new Handover(
                            handover.id(),
                            handover.epoch(),
                            handover.domain(),
                            handover.domainName(),
                            handover.source(),
                            handover.target(),
                            handover.volumes(),
                            handover.sourceSide().heardAt(now),
                            handover.targetSide().heardAt(now),
                            handover.openedAt(),
                            handover.closedAt());
                    put(heard, each.events());
                    taken.add(heard);
                }
            }
            return taken;
        });
        tell(restored);
    }

    /**
     * A new handover, as the source's answer left it; or one that is known, whose target has asked again.
     *
     * @return the handover as it is known now
     */
    Handover opened(Handover answered, List<String> texts) {
        Handover handover = under(() -> {
            List<HandoverEvent> events = texts.stream()
                    .map(t -> new HandoverEvent(answered.openedAt(), Optional.empty(), t))
                    .toList();
            // Its source's inventory may have been quicker, or its target has asked before.
            Remembered known = entry(answered.id());
            Handover now = known == null ? answered : known.handover().again(answered);
            List<HandoverEvent> all = new ArrayList<>(known == null ? List.of() : known.events());
            all.addAll(events);
            put(now, all);
            history.changed(now, events);
            return now;
        });
        LOG.infof("%s, epoch %s: %s", handover.words(), handover.epoch(), String.join("; ", texts));
        tell(List.of(handover));
        return handover;
    }

    /** A side's report, however it came. */
    public Optional<Handover> report(SideReport report) {
        Instant now = clock.instant();
        List<Handover> changed = new ArrayList<>();
        Optional<Handover> known = under(() -> {
            remember(report.domain(), report.epoch());
            take(report, now, changed);
            return find(report.id());
        });
        tell(changed);
        return known;
    }

    @Override
    public void inventory(Inventory inventory, Instant receivedAt) {
        List<Handover> changed = new ArrayList<>();
        under(() -> {
            inventory.epochs().forEach(this::remember);
            inventory.handovers().forEach(r -> take(r, receivedAt, changed));
            for (Remembered each : List.copyOf(open.values())) {
                for (Side side : Side.values()) {
                    if (each.handover().host(side).equals(inventory.host())
                            && inventory.handover(each.handover().id()).isEmpty()) {
                        update(
                                each.handover().id(),
                                h -> h.missing(side, inventory.own(h.domain()), receivedAt, deadlines.missing()),
                                changed);
                    }
                }
            }
            return true;
        });
        tell(changed);
    }

    /** The controller is sure of a side without its word: its call was refused or never answered. */
    public void conclude(HandoverId id, Side side, SideProgress progress, String why) {
        Instant now = clock.instant();
        List<Handover> changed = new ArrayList<>();
        under(() -> {
            update(id, h -> h.concluded(side, progress, why, now), changed);
            return true;
        });
        tell(changed);
    }

    /** Something to remember that changes nothing. */
    public void note(HandoverId id, Optional<HostName> host, String text) {
        Instant now = clock.instant();
        List<Handover> changed = new ArrayList<>();
        under(() -> {
            update(id, h -> new Change(h, List.of(new HandoverEvent(now, host, text))), changed);
            return true;
        });
        tell(changed);
    }

    /** Open ones, in the order in which they opened. */
    public List<Handover> open() {
        return under(() -> open.values().stream().map(Remembered::handover).toList());
    }

    public List<Handover> open(DomainUuid domain) {
        return open().stream().filter(h -> h.domain().equals(domain)).toList();
    }

    /** Those in memory that match, the latest first. */
    public List<Handover> recent(Filter filter) {
        return under(() -> {
            List<Handover> all = new ArrayList<>();
            open.values().forEach(e -> all.add(e.handover()));
            closed.values().forEach(e -> all.add(e.handover()));
            return all.stream()
                    .filter(filter::matches)
                    .sorted(Comparator.comparing(Handover::openedAt).reversed())
                    .limit(filter.limit())
                    .toList();
        });
    }

    public Optional<Handover> find(HandoverId id) {
        return told(id).map(Told::handover);
    }

    /** The latest of a domain that is in memory. */
    public Optional<Handover> latest(DomainUuid domain) {
        return recent(new Filter(domain.toString(), false, Optional.empty(), Integer.MAX_VALUE)).stream()
                .max(Comparator.comparing(Handover::epoch));
    }

    public Optional<Told> told(HandoverId id) {
        return under(() -> Optional.ofNullable(entry(id)).map(e -> new Told(e.handover(), e.events())));
    }

    /** The highest epoch that this controller ever heard of for the domain. */
    public Epoch highestEpoch(DomainUuid domain) {
        return under(() -> epochs.getOrDefault(domain, Epoch.NONE));
    }

    private void take(SideReport report, Instant now, List<Handover> changed) {
        Remembered known = entry(report.id());
        if (known != null) {
            update(report.id(), h -> h.heard(report, now, latest(h)), changed);
            return;
        }
        if (report.progress().closed()) {
            // Nothing to do for it any more.
            return;
        }
        Change learned = Handover.learned(report, now);
        Handover rebuilt = learned.after();
        List<HandoverEvent> events = new ArrayList<>();
        events.add(new HandoverEvent(
                now,
                Optional.empty(),
                "learned from " + report.host() + ", where it has been open since " + report.openedAt()
                        + " by that host's clock"));
        history.learned(rebuilt, events.getFirst());
        if (!learned.events().isEmpty()) {
            events.addAll(learned.events());
            history.changed(rebuilt, learned.events());
        }
        put(rebuilt, events);
        LOG.infof("%s, epoch %s: learned from %s", rebuilt.words(), rebuilt.epoch(), report.host());
        changed.add(rebuilt);
    }

    private void update(HandoverId id, Function<Handover, Change> how, List<Handover> changed) {
        Remembered before = entry(id);
        if (before == null) {
            return;
        }
        Change change = how.apply(before.handover());
        Handover after = change.after();
        if (after.equals(before.handover()) && change.events().isEmpty()) {
            return;
        }
        List<HandoverEvent> all = before.events();
        if (!change.events().isEmpty()) {
            all = new ArrayList<>(before.events());
            all.addAll(change.events());
        }
        put(after, all);
        if (change.events().isEmpty()) {
            return;
        }
        // INVARIANT: under the lock, so that the history hears of the changes of a handover in their order.
        history.changed(after, change.events());
        change.events()
                .forEach(e -> LOG.infof(
                        "%s, %s: %s%s",
                        after.words(), after.phase(), e.host().map(h -> h + " ").orElse(""), e.text()));
        changed.add(after);
    }

    private void put(Handover handover, List<HandoverEvent> events) {
        Remembered entry = new Remembered(handover, List.copyOf(events));
        remember(handover.domain(), handover.epoch());
        (handover.open() ? closed : open).remove(handover.id());
        (handover.open() ? open : closed).put(handover.id(), entry);
    }

    private void remember(DomainUuid domain, Epoch epoch) {
        epochs.merge(domain, epoch, Epoch::highest);
    }

    private boolean latest(Handover handover) {
        return epochs.getOrDefault(handover.domain(), Epoch.NONE).compareTo(handover.epoch()) <= 0;
    }

    private @Nullable Remembered entry(HandoverId id) {
        Remembered found = open.get(id);
        return found == null ? closed.get(id) : found;
    }

    private void tell(List<Handover> changed) {
        if (changed.isEmpty()) {
            return;
        }
        changes.changed();
        for (Handover each : changed) {
            listeners.forEach(l -> l.accept(each));
        }
    }

    private <T> T under(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }
}
