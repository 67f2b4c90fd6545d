package io.lockstep.agent.lane;

import io.lockstep.agent.work.Deadline;
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
import java.util.ArrayList;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The one way to the locks of a volume group.
 *
 * <p>Guarantees: one pass at a time looks, computes from the claims of that moment, acts and reads back; whoever waits is
 * answered by the first pass that began after it asked, whoever runs it, so requests that arrive together share a command; a
 * volume that was refused is asked for again apart from the others; a lock manager that does not answer fails requests at once
 * instead of queueing them.
 */
public final class VgLane {

    private static final Logger LOG = Logger.getLogger(VgLane.class);

    /** Longer than a command may take before it is killed, and its killing (15 s + 5 s), with room. */
    private static final Duration AFTERMATH = Duration.ofMinutes(1);

    private final VgName vg;
    private final LockManager lockManager;
    private final Needs needs;
    private final InstantSource clock;
    private final LaneSettings settings;
    private final Runnable afterPass;

    /** Owns the lock manager's commands of this group. Held during a command, which the port bounds. */
    private final ReentrantLock passing = new ReentrantLock();

    private final ConcurrentLinkedQueue<Request> waiting = new ConcurrentLinkedQueue<>();
    private final Set<Volume> urgent = ConcurrentHashMap.newKeySet();
    /** Those of {@link #urgent} that no pass has seen yet: their user has only just gone, and they may still be open for a moment. */
    private final Set<Volume> justLeft = ConcurrentHashMap.newKeySet();

    private final Map<Volume, Backoff> backoffs = new ConcurrentHashMap<>();
    private final AtomicBoolean wakeful = new AtomicBoolean();

    /** What the lock manager has granted this lane, with no other word about it since. INVARIANT: used while holding {@link #passing}. */
    private final Set<Volume> confirmed = new HashSet<>();

    private final DriftHistory drifts = new DriftHistory();
    private final LockHistory locks = new LockHistory();
    private volatile VgReading reading;
    private volatile Optional<Stall> stall = Optional.empty();
    private Plan earlier = Plan.NOTHING;

    private record Stall(String command, Instant probeAt) {}

    /** @param afterPass called after each pass that changed something, outside the lane's lock */
    public VgLane(
            VgName vg,
            LockManager lockManager,
            Needs needs,
            InstantSource clock,
            LaneSettings settings,
            Runnable afterPass) {
        this.vg = vg;
        this.lockManager = lockManager;
        this.needs = needs;
        this.clock = clock;
        this.settings = settings;
        this.afterPass = afterPass;
        this.reading = VgReading.unknown(vg, "not read yet");
    }

    public VgName vg() {
        return vg;
    }

    /** The latest reading, with what this lane changed since. */
    public VgReading reading() {
        return reading;
    }

    public List<DriftHistory.Entry> drifts() {
        return drifts.entries(backoffs::get);
    }

    public LockHistory locks() {
        return locks;
    }

    /** Why the lane cannot work, in words; empty when it can. */
    public Optional<String> problem() {
        return stall.map(s -> "volume group " + vg + ": \"" + s.command() + "\" does not end")
                .or(() -> reading.lockspace() instanceof LockspaceState.Live
                        ? Optional.empty()
                        : Optional.of("volume group " + vg + ": "
                                + reading.lockspace().reason()));
    }

    /**
     * Waits until a pass that began after this call has seen to these volumes.
     *
     * @param content for each volume the mode with which the caller is content
     * @return for each volume {@code Granted}, or why it is weaker than that
     */
    public Settled settle(Map<Volume, LockMode> content, Deadline deadline) {
        Optional<Stall> stalled = stall.filter(s -> clock.instant().isBefore(s.probeAt()));
        Map<Volume, LockMode> held = LaneWords.held(reading);
        if (stalled.isPresent()) {
            return new Settled(
                    all(content.keySet(), new LockResult.Stuck(stalled.get().command())), held);
        }
        Request request = new Request(content);
        waiting.add(request);
        while (request.results() == null) {
            if (!enter(deadline)) {
                waiting.remove(request);
                Settled late = request.results();
                return late != null
                        ? late
                        : new Settled(
                                all(
                                        content.keySet(),
                                        new LockResult.Unknown("volume group " + vg + " was busy for too long")),
                                held);
            }
            try {
                if (request.results() == null) {
                    pass();
                }
            } finally {
                passing.unlock();
            }
            afterPass.run();
        }
        return java.util.Objects.requireNonNull(request.results());
    }

    private boolean enter(Deadline deadline) {
        try {
            return passing.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** These volumes are not needed any more, by somebody's word: the next pass releases them without looking twice. */
    public void releaseSoon(Set<Volume> volumes) {
        // Only news wakes: a volume that cannot be released yet is tried again by the scheduler's look.
        if (held(volumes).filter(urgent::add).count() > 0) {
            wakeful.set(true);
        }
    }

    /** As {@link #releaseSoon}, of volumes that a guest has used until this moment: they may be open for another one. */
    public void left(Set<Volume> volumes) {
        Set<Volume> left = held(volumes).collect(Collectors.toSet());
        if (!left.isEmpty()) {
            urgent.addAll(left);
            justLeft.addAll(left);
            wakeful.set(true);
        }
    }

    private Stream<Volume> held(Set<Volume> volumes) {
        // While a pass runs, what it takes is not in the reading yet.
        return volumes.stream().filter(v -> v.vg().equals(vg)).filter(v -> passing.isLocked() || !free(v));
    }

    /** What nobody needs any more, by somebody's word, is released before this returns, or the time is over. */
    public void finish(Deadline deadline) {
        Set<Volume> unneeded = new HashSet<>(urgent);
        unneeded.removeAll(needs.now().keySet());
        if (!unneeded.isEmpty()) {
            settle(unneeded.stream().collect(Collectors.toMap(v -> v, v -> LockMode.UNLOCKED)), deadline);
        }
    }

    /** Something has changed, here or on another host: what was refused is asked for again at once. */
    public void wake(Set<Volume> volumes) {
        // What may still be carried out is not forgotten: its lock would be taken for somebody else's when it comes.
        volumes.forEach(v ->
                backoffs.computeIfPresent(v, (u, b) -> b.refusal().mayStillCome() ? b.dueAt(clock.instant()) : null));
        wakeful.set(true);
    }

    /** Runs a pass when there is anything to do or to look at; returns at once when another one is running. */
    public void passIfWakeful() {
        if (!wakeful.get() || !passing.tryLock()) {
            return;
        }
        try {
            pass();
        } finally {
            passing.unlock();
        }
        afterPass.run();
    }

    /** The scheduler's look, also when nobody has woken the lane. */
    public void look() {
        wakeful.set(true);
        passIfWakeful();
    }

    /** What a look would correct now, without doing it. */
    public Plan plan() {
        VgReading now = lockManager.read(vg);
        return Reconciliation.plan(now, needs.now(), needs.ours(now));
    }

    /** One request by a person, on volumes that the caller has checked to be unclaimed. */
    public Map<Volume, LockResult> byHand(SortedSet<Volume> volumes, LockMode mode, Deadline deadline) {
        if (!enter(deadline)) {
            return all(volumes, new LockResult.Unknown("volume group " + vg + " was busy for too long"));
        }
        try {
            SortedMap<Volume, Need> needed = needs.now();
            SortedSet<Volume> free = new TreeSet<>(volumes);
            free.removeAll(needed.keySet());
            Map<Volume, LockResult> results =
                    new TreeMap<>(all(volumes, new LockResult.Unknown("a domain claimed it meanwhile")));
            if (!free.isEmpty()) {
                results.putAll(change(free, mode));
            }
            return results;
        } finally {
            passing.unlock();
            afterPass.run();
        }
    }

    /** Looks, computes, acts and answers. INVARIANT: only called while holding {@link #passing}. */
    private void pass() {
        wakeful.set(false);
        List<Request> served = new ArrayList<>();
        for (Request next = waiting.poll(); next != null; next = waiting.poll()) {
            served.add(next);
        }
        try {
            pass(served);
        } catch (RuntimeException e) {
            // Whoever waits is told; the request is no longer in the queue, and nobody else would answer it.
            served.stream()
                    .filter(r -> r.results() == null)
                    .forEach(r -> r.answer(new Settled(
                            all(r.content().keySet(), new LockResult.Unknown("the agent failed: " + e)),
                            LaneWords.held(reading))));
            throw e;
        }
    }

    private void pass(List<Request> served) {
        Set<Volume> asked = new HashSet<>();
        served.forEach(r -> asked.addAll(r.content().keySet()));

        reading = closing(lockManager.read(vg));
        locks.saw(reading, clock.instant());
        probe();
        Map<Volume, LockMode> heldBefore = LaneWords.held(reading);
        Map<Volume, LockResult> results = new TreeMap<>();
        Plan plan = Reconciliation.plan(reading, needs.now(), needs.ours(reading));
        List<Correction> due = due(plan, asked);
        // What was refused before goes by itself: a shared request that is refused again costs the others five seconds.
        Map<Boolean, List<Correction>> refusedBefore =
                due.stream().collect(Collectors.partitioningBy(c -> backoffs.containsKey(c.volume())));
        Plan.batches(refusedBefore.getOrDefault(false, List.of()))
                .forEach((mode, volumes) -> results.putAll(change(volumes, mode)));
        Plan.batches(refusedBefore.getOrDefault(true, List.of()))
                .forEach((mode, volumes) -> results.putAll(change(volumes, mode)));
        unconfirmed(asked, results).forEach((mode, volumes) -> results.putAll(change(volumes, mode)));
        earlier = plan;
        urgent.removeIf(v -> reading.mode(v).filter(m -> m == LockMode.UNLOCKED).isPresent());
        SortedMap<Volume, Need> needed = needs.now();
        backoffs.entrySet().removeIf(e -> !needed.containsKey(e.getKey()) && over(e.getKey(), e.getValue()));
        drifts.saw(
                Reconciliation.plan(reading, needs.now(), needs.ours(reading)).drifts(), clock.instant());
        served.forEach(r -> r.answer(new Settled(answer(r, results), heldBefore)));
    }

    /** Volumes that have just been left are waited for once, so that they are all released by one command, and at once. */
    private VgReading closing(VgReading now) {
        if (!(now.lockspace() instanceof LockspaceState.Live)) {
            return now;
        }
        Set<Volume> left = new HashSet<>(justLeft);
        justLeft.removeAll(left);
        left.removeAll(needs.now().keySet());
        Set<Volume> open = now.volumes().stream()
                .filter(VolumeReading::open)
                .map(VolumeReading::volume)
                .filter(left::contains)
                .collect(Collectors.toSet());
        return open.isEmpty() ? now : LaneWords.closed(now, lockManager.closed(vg, open));
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

    /** After a command that did not end: whether LVM answers again, also when there is nothing to ask of it. */
    private void probe() {
        if (stall.filter(s -> !clock.instant().isBefore(s.probeAt())).isEmpty()) {
            return;
        }
        try {
            lockManager.volumes(vg);
            stall = Optional.empty();
        } catch (LockManagerException e) {
            stall = stall.map(s -> new Stall(s.command(), clock.instant().plus(settings.probeAfter())));
        }
    }

    /** Whether nothing can come of a refused request any more: a command that did not end may still be carried out. */
    private boolean over(Volume volume, Backoff backoff) {
        return switch (backoff.refusal()) {
            case LockResult.Stuck _, LockResult.Unknown _ -> aftermathOver(backoff) && free(volume);
            case LockResult.Granted _, LockResult.NoSuchVolume _ -> true;
            case LockResult.HeldElsewhere _,
                    LockResult.InUse _,
                    LockResult.NotShareable _,
                    LockResult.NotActivated _,
                    LockResult.LockspaceDown _ -> free(volume);
        };
    }

    /** A command that did not end may still be carried out; once LVM has answered again for a while, it will not be. */
    private boolean aftermathOver(Backoff backoff) {
        return stall.isEmpty() && !clock.instant().isBefore(backoff.retryAt().plus(AFTERMATH));
    }

    private boolean free(Volume volume) {
        return reading.mode(volume).filter(m -> m == LockMode.UNLOCKED).isPresent();
    }

    /** Whether nothing is held here and nothing that was asked for may still come. */
    public boolean released(Volume volume) {
        return free(volume) && !backoffs.containsKey(volume);
    }

    private List<Correction> due(Plan plan, Set<Volume> asked) {
        Instant now = clock.instant();
        Set<Correction> twice = new HashSet<>(plan.seenAlsoIn(earlier).corrections());
        return plan.corrections().stream()
                .filter(c -> asked.contains(c.volume()) || dueUnasked(c, twice.contains(c), now))
                .toList();
    }

    private boolean dueUnasked(Correction correction, boolean seenTwice, Instant now) {
        Backoff backoff = backoffs.get(correction.volume());
        if (backoff != null && !backoff.due(now)) {
            return false;
        }
        return switch (correction.drift().kind()) {
            // While a handover settles asking is the normal course, and was decided on two looks at the domain already.
            case SETTLING -> true;
            case UNCLAIMED ->
                urgent.contains(correction.volume())
                        || seenTwice && drifts.olderThan(correction.drift(), settings.grace(), now);
            case TOO_WEAK, TOO_STRONG, LEAKED, UNPROTECTED, UNCLAIMED_IN_USE, FOREIGN -> seenTwice;
        };
    }

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
            if (result instanceof LockResult.Granted && mode != LockMode.UNLOCKED) {
                confirmed.add(volume);
            } else {
                confirmed.remove(volume);
            }
            if (result instanceof LockResult.Granted) {
                backoffs.remove(volume);
                urgent.remove(volume);
            } else {
                backoffs.compute(volume, (v, b) -> b == null ? Backoff.first(result, now) : b.again(result, now));
            }
        });
        stall = results.values().stream()
                .filter(LockResult.Stuck.class::isInstance)
                .map(r -> new Stall(((LockResult.Stuck) r).command(), now.plus(settings.probeAfter())))
                .findFirst();
        reading = LaneWords.patched(reading, results);
        locks.saw(reading, now);
        return results;
    }

    private Map<Volume, LockResult> answer(Request request, Map<Volume, LockResult> results) {
        Map<Volume, LockResult> answer = new TreeMap<>();
        request.content().forEach((volume, content) -> answer.put(volume, answer(volume, content, results)));
        return answer;
    }

    private LockResult answer(Volume volume, LockMode content, Map<Volume, LockResult> results) {
        LockResult refusal = results.get(volume);
        Optional<LockMode> held = reading.mode(volume);
        if (held.isEmpty()) {
            return refusal != null && !refusal.granted()
                    ? refusal
                    : new LockResult.LockspaceDown(reading.lockspace().reason());
        }
        if (refusal != null && content != LockMode.UNLOCKED && refusal.mayStillCome()) {
            return refusal;
        }
        boolean active = content == LockMode.UNLOCKED
                || reading.of(volume).map(VolumeReading::active).orElse(false);
        if (refusal != null && !refusal.granted() && held.get() != content) {
            return refusal;
        }
        if (active
                && (content == LockMode.UNLOCKED
                        ? held.get() == content
                        : held.get().satisfies(content))) {
            return new LockResult.Granted(held.get());
        }
        return new LockResult.Unknown("held " + held.get() + " where " + content + " is needed");
    }

    private static Map<Volume, LockResult> all(Set<Volume> volumes, LockResult result) {
        Map<Volume, LockResult> results = new TreeMap<>();
        volumes.forEach(v -> results.put(v, result));
        return results;
    }
}
