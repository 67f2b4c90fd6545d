package io.lockstep.agent.lane;

import io.lockstep.core.claim.Need;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.reconcile.Correction;
import io.lockstep.core.reconcile.Plan;
import io.lockstep.core.reconcile.Reconciliation;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The passes over the locks of a volume group, one at a time: look, compute from the claims of that moment, act, read back, answer.
 * What is remembered from one pass to the next is here.
 *
 * <p>Guarantees: the lock manager's commands of this group are given here and nowhere else; volumes that go to the same mode share a
 * command; a volume that was refused is asked for again apart from the others; what a command did is what was read back.
 *
 * <p>INVARIANT: {@link #pass} and {@link #byHand} are called while holding the lane's lock, which is held during a command. All else
 * may be called by anybody.
 */
final class Passes {

    private static final Logger LOG = Logger.getLogger(Passes.class);

    private final VgName vg;
    private final LockManager lockManager;
    private final Needs needs;
    private final InstantSource clock;
    private final Duration grace;
    private final Unneeded unneeded;

    private final Stall stall;
    private final Refused refused = new Refused();
    private final DriftHistory drifts = new DriftHistory();
    private final LockHistory locks = new LockHistory();
    private volatile VgReading reading;

    /** What the lock manager has granted this lane, with no other word about it since. INVARIANT: used while holding the lane's lock. */
    private final Set<Volume> confirmed = new HashSet<>();

    /** What the last pass planned. INVARIANT: used while holding the lane's lock. */
    private Plan earlier = Plan.NOTHING;

    /** @param unneeded what others say is not needed any more; taken from there once it is released */
    Passes(
            VgName vg,
            LockManager lockManager,
            Needs needs,
            InstantSource clock,
            LaneSettings settings,
            Unneeded unneeded) {
        this.vg = vg;
        this.lockManager = lockManager;
        this.needs = needs;
        this.clock = clock;
        this.grace = settings.grace();
        this.unneeded = unneeded;
        this.stall = new Stall(clock, settings.probeAfter());
        this.reading = VgReading.unknown(vg, "not read yet");
    }

    /** The latest reading, with what commands changed since. */
    VgReading reading() {
        return reading;
    }

    List<DriftHistory.Entry> drifts() {
        return drifts.entries(refused::refusal);
    }

    LockHistory locks() {
        return locks;
    }

    Stall stall() {
        return stall;
    }

    /** The needs of this moment. */
    SortedMap<Volume, Need> needed() {
        return needs.now();
    }

    /** Whether the lockspace was live when it was read last, and a lock of this volume in it would not be ours. */
    boolean foreign(Volume volume) {
        VgReading now = reading;
        return now.lockspace() instanceof LockspaceState.Live
                && !needs.ours(now).contains(volume);
    }

    /** Whether nothing is held here, as far as was read. */
    boolean free(Volume volume) {
        return reading.mode(volume).filter(m -> m == LockMode.UNLOCKED).isPresent();
    }

    /** Whether nothing is held here and nothing that was asked for may still come. */
    boolean released(Volume volume) {
        return free(volume) && !refused.contains(volume);
    }

    /** The next pass asks again for those of these volumes that were refused. */
    void askAgain(Set<Volume> volumes) {
        refused.wake(volumes, clock.instant());
    }

    /** What a pass would correct now, without doing it. */
    Plan plan() {
        return plan(lockManager.read(vg));
    }

    private Plan plan(VgReading now) {
        return Reconciliation.plan(now, needs.now(), needs.ours(now));
    }

    /** One pass, which answers these requests. */
    void pass(List<Request> served) {
        try {
            passFor(served);
        } catch (RuntimeException e) {
            // Whoever waits is told; the request is no longer in the queue, and nobody else would answer it.
            served.stream()
                    .filter(r -> r.results() == null)
                    .forEach(r -> r.answer(new Settled(
                            LaneWords.all(r.content().keySet(), new LockResult.Unknown("the agent failed: " + e)),
                            LaneWords.held(reading))));
            throw e;
        }
    }

    private void passFor(List<Request> served) {
        Set<Volume> asked = new HashSet<>();
        served.forEach(r -> asked.addAll(r.content().keySet()));

        reading = closing(lockManager.read(vg));
        locks.saw(reading, clock.instant());
        probe();
        Map<Volume, LockMode> heldBefore = LaneWords.held(reading);
        Plan plan = plan(reading);
        Map<Volume, LockResult> results = correct(due(plan, asked));
        unconfirmed(asked, results).forEach((mode, volumes) -> results.putAll(change(volumes, mode)));

        earlier = plan;
        unneeded.removeIf(this::free);
        refused.forget(needs.now().keySet(), this::free, stall.command().isEmpty(), clock.instant());
        drifts.saw(plan(reading).drifts(), clock.instant());
        Answers answers = new Answers(reading, results);
        served.forEach(r -> r.answer(new Settled(answers.to(r.content()), heldBefore)));
    }

    /** Volumes that have just been left are waited for once, so that they are all released by one command, and at once. */
    private VgReading closing(VgReading now) {
        if (!(now.lockspace() instanceof LockspaceState.Live)) {
            return now;
        }
        Set<Volume> left = unneeded.takeJustLeft();
        left.removeAll(needs.now().keySet());
        Set<Volume> open = now.volumes().stream()
                .filter(VolumeReading::open)
                .map(VolumeReading::volume)
                .filter(left::contains)
                .collect(Collectors.toSet());
        return open.isEmpty() ? now : LaneWords.closed(now, lockManager.closed(vg, open));
    }

    /** After a command that did not end: whether LVM answers again, also when there is nothing to ask of it. */
    private void probe() {
        if (!stall.probeDue()) {
            return;
        }
        try {
            lockManager.volumes(vg);
            stall.over();
        } catch (LockManagerException e) {
            stall.goesOn();
        }
    }

    private List<Correction> due(Plan plan, Set<Volume> asked) {
        Instant now = clock.instant();
        Set<Correction> twice = new HashSet<>(plan.seenAlsoIn(earlier).corrections());
        return plan.corrections().stream()
                .filter(c -> asked.contains(c.volume()) || dueUnasked(c, twice.contains(c), now))
                .toList();
    }

    private boolean dueUnasked(Correction correction, boolean seenTwice, Instant now) {
        if (refused.tooEarly(correction.volume(), now)) {
            return false;
        }
        return switch (correction.drift().kind()) {
            // While a handover settles asking is the normal course, and was decided on two looks at the domain already.
            case SETTLING -> true;
            case UNCLAIMED ->
                unneeded.contains(correction.volume()) || seenTwice && drifts.olderThan(correction.drift(), grace, now);
            case TOO_WEAK, TOO_STRONG, LEAKED, UNPROTECTED, UNCLAIMED_IN_USE, FOREIGN -> seenTwice;
        };
    }

    private Map<Volume, LockResult> correct(Collection<Correction> due) {
        // What was refused before goes by itself: a shared request that is refused again costs the others five seconds.
        Map<Boolean, List<Correction>> refusedBefore =
                due.stream().collect(Collectors.partitioningBy(c -> refused.contains(c.volume())));
        Map<Volume, LockResult> results = new TreeMap<>();
        for (List<Correction> together :
                List.of(refusedBefore.getOrDefault(false, List.of()), refusedBefore.getOrDefault(true, List.of()))) {
            Plan.batches(together).forEach((mode, volumes) -> results.putAll(change(volumes, mode)));
        }
        return results;
    }

    /**
     * Volumes that are wanted and held as wanted, but not by this lane's own word: a command that did not end, also one of an agent that
     * crashed, may still take them away. Asked for again in the same mode, the lock manager answers behind what it still has to do.
     */
    private Map<LockMode, SortedSet<Volume>> unconfirmed(Set<Volume> asked, Map<Volume, LockResult> results) {
        SortedMap<Volume, Need> needed = needs.now();
        Map<LockMode, SortedSet<Volume>> again = new EnumMap<>(LockMode.class);
        for (Volume volume : asked) {
            Optional<LockMode> held = reading.mode(volume).filter(m -> m != LockMode.UNLOCKED);
            if (held.isPresent()
                    && needed.containsKey(volume)
                    && !results.containsKey(volume)
                    && !confirmed.contains(volume)) {
                again.computeIfAbsent(held.get(), m -> new TreeSet<>()).add(volume);
            }
        }
        return again;
    }

    /** One request by a person: those of the volumes that no domain claims are changed. */
    Map<Volume, LockResult> byHand(SortedSet<Volume> volumes, LockMode mode) {
        SortedSet<Volume> free = new TreeSet<>(volumes);
        free.removeAll(needs.now().keySet());
        Map<Volume, LockResult> results =
                LaneWords.all(volumes, new LockResult.Unknown("a domain claimed it meanwhile"));
        if (!free.isEmpty()) {
            results.putAll(change(free, mode));
        }
        return results;
    }

    /** One command, and what is to be remembered of it. */
    private Map<Volume, LockResult> change(SortedSet<Volume> volumes, LockMode mode) {
        Instant began = clock.instant();
        Map<Volume, LockResult> results = lockManager.change(vg, volumes, mode);
        Instant now = clock.instant();
        LOG.infof(
                "%s %s: %s (%d ms)",
                mode,
                volumes,
                LaneWords.summary(results),
                Duration.between(began, now).toMillis());
        results.forEach((volume, result) -> {
            boolean granted = result instanceof LockResult.Granted;
            if (granted && mode != LockMode.UNLOCKED) {
                confirmed.add(volume);
            } else {
                confirmed.remove(volume);
            }
            refused.saw(volume, result, now);
            if (granted) {
                unneeded.remove(volume);
            }
        });
        stall.saw(results.values(), now);
        reading = LaneWords.patched(reading, results);
        locks.saw(reading, now);
        return results;
    }
}
