package io.lockstep.controller.handover;

import io.lockstep.controller.handover.Handover.Change;
import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.host.Changes;
import io.lockstep.controller.host.Guard;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The one place where handovers change: whatever a side reports, by call, by inventory or as an answer, ends here.
 *
 * <p>Guarantees: all open handovers are in memory, so nothing here waits for a database; the history is told of the changes of a
 * handover in their order; listeners are called without the lock, and look up what they want to know.
 */
public final class Handovers implements HostListener {

    private static final Logger LOG = Logger.getLogger(Handovers.class);

    private final HandoverHistory history;
    private final Changes changes;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final List<Consumer<Handover>> listeners = new CopyOnWriteArrayList<>();

    /** Guards what is remembered, and the order in which the history hears of changes. */
    private final Guard guard = new Guard();

    private final Remembered remembered = new Remembered();
    private final Set<DomainUuid> turns = new HashSet<>();

    public Handovers(HandoverHistory history, Changes changes, InstantSource clock, Deadlines deadlines) {
        this.history = history;
        this.changes = changes;
        this.clock = clock;
        this.deadlines = deadlines;
    }

    /**
     * Does it as the only one that opens a handover of this domain meanwhile.
     *
     * @return empty, with nothing done, while another call has the domain's turn
     */
    <T> Optional<T> inTurn(DomainUuid domain, Supplier<T> what) {
        if (!guard.under(() -> turns.add(domain))) {
            return Optional.empty();
        }
        try {
            return Optional.of(what.get());
        } finally {
            guard.does(() -> turns.remove(domain));
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
        List<Handover> restored = guard.under(() -> {
            highest.forEach(remembered::saw);
            List<Handover> taken = new ArrayList<>();
            for (Told each : stored) {
                Told known = remembered.find(each.handover().id());
                Handover now = known == null
                        ? each.handover().heardAt(clock.instant())
                        : known.handover().merged(each.handover(), clock.instant());
                if (known == null || !now.equals(known.handover())) {
                    remembered.put(now, known == null ? each.events() : known.events());
                    taken.add(now);
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
        Handover handover = guard.under(() -> {
            List<HandoverEvent> events = texts.stream()
                    .map(t -> new HandoverEvent(answered.openedAt(), Optional.empty(), t))
                    .toList();
            // Its source's inventory may have been quicker, or its target has asked before.
            Told known = remembered.find(answered.id());
            Handover now = known == null ? answered : known.handover().again(answered);
            List<HandoverEvent> all = new ArrayList<>(known == null ? List.of() : known.events());
            all.addAll(events);
            remembered.put(now, all);
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
        Optional<Handover> known = guard.under(() -> {
            remembered.saw(report.domain(), report.epoch());
            take(report, now, changed);
            return find(report.id());
        });
        tell(changed);
        return known;
    }

    @Override
    public void inventory(Inventory inventory, Instant receivedAt) {
        List<Handover> changed = new ArrayList<>();
        guard.does(() -> {
            inventory.epochs().forEach(remembered::saw);
            inventory.handovers().forEach(r -> take(r, receivedAt, changed));
            for (Handover each : remembered.open()) {
                for (Side side : Side.values()) {
                    if (each.host(side).equals(inventory.host())
                            && inventory.handover(each.id()).isEmpty()) {
                        update(
                                each.id(),
                                h -> h.missing(side, inventory.own(h.domain()), receivedAt, deadlines.missing()),
                                changed);
                    }
                }
            }
        });
        tell(changed);
    }

    /** The controller is sure of a side without its word: its call was refused or never answered. */
    public void conclude(HandoverId id, Side side, SideProgress progress, String why) {
        Instant now = clock.instant();
        List<Handover> changed = new ArrayList<>();
        guard.does(() -> update(id, h -> h.concluded(side, progress, why, now), changed));
        tell(changed);
    }

    /** Something to remember that changes nothing. */
    public void note(HandoverId id, Optional<HostName> host, String text) {
        Instant now = clock.instant();
        List<Handover> changed = new ArrayList<>();
        guard.does(() -> update(id, h -> new Change(h, List.of(new HandoverEvent(now, host, text))), changed));
        tell(changed);
    }

    /** Open ones, in the order in which they opened. */
    public List<Handover> open() {
        return guard.under(remembered::open);
    }

    public List<Handover> open(DomainUuid domain) {
        return open().stream().filter(h -> h.domain().equals(domain)).toList();
    }

    /** Those in memory that match, the latest first. */
    public List<Handover> recent(Filter filter) {
        return guard.under(() -> remembered.list(filter));
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
        return guard.under(() -> Optional.ofNullable(remembered.find(id)));
    }

    /** The highest epoch that this controller ever heard of for the domain. */
    public Epoch highestEpoch(DomainUuid domain) {
        return guard.under(() -> remembered.highestEpoch(domain));
    }

    private void take(SideReport report, Instant now, List<Handover> changed) {
        if (remembered.find(report.id()) != null) {
            update(report.id(), h -> h.heard(report, now, remembered.latest(h)), changed);
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
        remembered.put(rebuilt, events);
        LOG.infof("%s, epoch %s: learned from %s", rebuilt.words(), rebuilt.epoch(), report.host());
        changed.add(rebuilt);
    }

    private void update(HandoverId id, Function<Handover, Change> how, List<Handover> changed) {
        Told before = remembered.find(id);
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
        remembered.put(after, all);
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

    private void tell(List<Handover> changed) {
        if (changed.isEmpty()) {
            return;
        }
        changes.changed();
        for (Handover each : changed) {
            listeners.forEach(l -> l.accept(each));
        }
    }
}
