package io.lockstep.agent.lane;

import io.lockstep.agent.work.Deadline;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.reconcile.Plan;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one way to the locks of a volume group: who waits for them, and who runs the next of its {@link Passes}.
 *
 * <p>Guarantees: one pass at a time; whoever waits is answered by the first pass that began after it asked, whoever runs it, so
 * requests that arrive together share a command; nobody waits behind another's command for longer than its deadline; a lock manager that does
 * not answer fails requests at once instead of queueing them.
 *
 * <p>May be called on any thread. Only {@link #settle}, {@link #finish} and {@link #byHand} wait for the lane's lock.
 */
public final class VgLane {

    private final VgName vg;
    private final Runnable afterPass;
    private final Passes passes;

    /** Owns the lock manager's commands of this group, and what {@link Passes} remembers. Held during a command, which the port bounds. */
    private final ReentrantLock passing = new ReentrantLock();

    /** Those whom no pass has taken up yet. Added to by anybody, taken from while holding {@link #passing}. */
    private final ConcurrentLinkedQueue<Request> waiting = new ConcurrentLinkedQueue<>();

    private final Unneeded unneeded = new Unneeded();

    /** Whether there is anything to do or to look at since the last pass began. */
    private final AtomicBoolean wakeful = new AtomicBoolean();

    /** @param afterPass called after every pass and every request by hand, once the lane's lock was given back */
    public VgLane(
            VgName vg,
            LockManager lockManager,
            Needs needs,
            InstantSource clock,
            LaneSettings settings,
            Runnable afterPass) {
        this.vg = vg;
        this.afterPass = afterPass;
        this.passes = new Passes(vg, lockManager, needs, clock, settings, unneeded);
    }

    public VgName vg() {
        return vg;
    }

    /** The latest reading, with what this lane changed since. */
    public VgReading reading() {
        return passes.reading();
    }

    public List<DriftHistory.Entry> drifts() {
        return passes.drifts();
    }

    public LockHistory locks() {
        return passes.locks();
    }

    /** Whether the lockspace was live when it was read last, and a lock of this volume in it would not be ours. */
    boolean foreign(Volume volume) {
        return passes.foreign(volume);
    }

    /** Whether nothing is held here and nothing that was asked for may still come. */
    public boolean released(Volume volume) {
        return passes.released(volume);
    }

    /** What a look would correct now, without doing it. Waits for no pass. */
    public Plan plan() {
        return passes.plan();
    }

    /** Why the lane cannot work, in words; empty when it can. */
    public Optional<String> problem() {
        return passes.stall()
                .command()
                .map(command -> "volume group " + vg + ": \"" + command + "\" does not end")
                .or(() -> reading().lockspace() instanceof LockspaceState.Live
                        ? Optional.empty()
                        : Optional.of("volume group " + vg + ": "
                                + reading().lockspace().reason()));
    }

    /**
     * Waits until a pass that began after this call has seen to these volumes.
     *
     * @param content for each volume the mode with which the caller is content
     * @return for each volume {@code Granted}, or why it is weaker than that
     */
    public Settled settle(Map<Volume, LockMode> content, Deadline deadline) {
        Optional<LockResult> stalled = passes.stall().refusal();
        Map<Volume, LockMode> held = LaneWords.held(reading());
        if (stalled.isPresent()) {
            return new Settled(LaneWords.all(content.keySet(), stalled.get()), held);
        }
        Request request = new Request(content);
        waiting.add(request);
        while (request.results() == null) {
            if (!enter(deadline)) {
                waiting.remove(request);
                Settled late = request.results();
                return late != null ? late : new Settled(LaneWords.all(content.keySet(), busy()), held);
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
        return Objects.requireNonNull(request.results());
    }

    /** Waits for {@link #passing}. @return whether it was got in time */
    private boolean enter(Deadline deadline) {
        try {
            return passing.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private LockResult busy() {
        return new LockResult.Unknown("volume group " + vg + " was busy for too long");
    }

    /** A pass for all that wait. INVARIANT: only called while holding {@link #passing}. */
    private void pass() {
        // Before anything is looked at: who asks or wakes from here on may not be seen by this pass.
        wakeful.set(false);
        List<Request> served = new ArrayList<>();
        for (Request next = waiting.poll(); next != null; next = waiting.poll()) {
            served.add(next);
        }
        passes.pass(served);
    }

    /** These volumes are not needed any more, by somebody's word: the next pass releases them without looking twice. */
    public void releaseSoon(Set<Volume> volumes) {
        // Only news wakes: a volume that cannot be released yet is tried again by the scheduler's look.
        if (unneeded.add(held(volumes))) {
            wakeful.set(true);
        }
    }

    /** As {@link #releaseSoon}, of volumes that a guest has used until this moment: they may be open for another one. */
    public void left(Set<Volume> volumes) {
        Set<Volume> left = held(volumes).collect(Collectors.toSet());
        if (!left.isEmpty()) {
            unneeded.left(left);
            wakeful.set(true);
        }
    }

    private Stream<Volume> held(Set<Volume> volumes) {
        // While a pass runs, what it takes is not in the reading yet.
        return volumes.stream().filter(v -> v.vg().equals(vg)).filter(v -> passing.isLocked() || !passes.free(v));
    }

    /** What nobody needs any more, by somebody's word, is released before this returns, or the time is over. */
    public void finish(Deadline deadline) {
        Set<Volume> left = new HashSet<>(unneeded.all());
        left.removeAll(passes.needed().keySet());
        if (!left.isEmpty()) {
            settle(left.stream().collect(Collectors.toMap(v -> v, v -> LockMode.UNLOCKED)), deadline);
        }
    }

    /** Something has changed, here or on another host: what was refused is asked for again at once. */
    public void wake(Set<Volume> volumes) {
        passes.askAgain(volumes);
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

    /** One request by a person, on volumes that the caller has checked to be unclaimed. */
    public Map<Volume, LockResult> byHand(SortedSet<Volume> volumes, LockMode mode, Deadline deadline) {
        if (!enter(deadline)) {
            return LaneWords.all(volumes, busy());
        }
        try {
            return passes.byHand(volumes, mode);
        } finally {
            passing.unlock();
            afterPass.run();
        }
    }
}
