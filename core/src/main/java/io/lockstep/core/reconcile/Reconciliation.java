package io.lockstep.core.reconcile;

import io.lockstep.core.claim.Need;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * From the locks that a host holds and the needs of its claims to drifts and corrections.
 *
 * <p>Guarantees: nothing that a claim needs is ever released or weakened below its floor; nothing is corrected in a lockspace
 * that is not live; a volume that somebody activated by hand is never touched; an open volume is never released.
 */
public final class Reconciliation {

    private Reconciliation() {}

    /**
     * @param reading one look at one volume group
     * @param needs of that volume group's volumes; a volume without a need needs nothing
     * @param ours the volumes whose lock Lockstep acquired in this boot and this lockspace generation
     */
    public static Plan plan(VgReading reading, SortedMap<Volume, Need> needs, Set<Volume> ours) {
        if (!(reading.lockspace() instanceof LockspaceState.Live)) {
            return Plan.NOTHING;
        }
        Map<Volume, VolumeReading> seen = reading.byVolume();
        NavigableSet<Volume> volumes = new TreeSet<>(seen.keySet());
        needs.keySet().stream().filter(v -> v.vg().equals(reading.vg())).forEach(volumes::add);

        List<Drift> drifts = new ArrayList<>();
        List<Correction> corrections = new ArrayList<>();
        for (Volume volume : volumes) {
            VolumeReading now = seen.getOrDefault(volume, new VolumeReading(volume, LockMode.UNLOCKED, false, false));
            Optional<Need> need = Optional.ofNullable(needs.get(volume));
            // The name that the lock manager has just shown is the one that commands must use.
            kind(now, need, ours.contains(volume)).ifPresent(kind -> {
                Drift drift = new Drift(
                        kind, now.volume(), now.lock(), need.map(Need::goal).orElse(LockMode.UNLOCKED));
                drifts.add(drift);
                if (corrected(kind, need)) {
                    corrections.add(new Correction(now.volume(), next(now.lock(), need), drift));
                }
            });
        }
        return new Plan(drifts, corrections);
    }

    /** What must be held comes before what may be refused: below its floor a need asks for the floor alone. */
    private static LockMode next(LockMode held, Optional<Need> need) {
        return need.map(n -> held.satisfies(n.floor()) ? n.goal() : n.floor()).orElse(LockMode.UNLOCKED);
    }

    private static Optional<Drift.Kind> kind(VolumeReading now, Optional<Need> need, boolean ours) {
        LockMode held = now.lock();
        if (need.isPresent()) {
            return needed(now, need.get());
        }
        if (held == LockMode.UNLOCKED) {
            return now.active() ? Optional.of(Drift.Kind.UNPROTECTED) : Optional.empty();
        }
        if (!now.active()) {
            return Optional.of(Drift.Kind.LEAKED);
        }
        if (!ours) {
            return Optional.of(Drift.Kind.FOREIGN);
        }
        return Optional.of(now.open() ? Drift.Kind.UNCLAIMED_IN_USE : Drift.Kind.UNCLAIMED);
    }

    private static Optional<Drift.Kind> needed(VolumeReading now, Need need) {
        LockMode held = now.lock();
        if (held == need.goal()) {
            // A lock without its device does not serve a guest: asking again in the same mode activates it.
            return now.active() ? Optional.empty() : Optional.of(Drift.Kind.TOO_WEAK);
        }
        if (held.satisfies(need.goal())) {
            return Optional.of(Drift.Kind.TOO_STRONG);
        }
        if (held.satisfies(need.floor())) {
            return Optional.of(Drift.Kind.SETTLING);
        }
        return Optional.of(held == LockMode.UNLOCKED && now.active() ? Drift.Kind.UNPROTECTED : Drift.Kind.TOO_WEAK);
    }

    private static boolean corrected(Drift.Kind kind, Optional<Need> need) {
        return switch (kind) {
            case TOO_WEAK, SETTLING, TOO_STRONG, UNCLAIMED, LEAKED -> true;
            case UNPROTECTED -> need.isPresent();
            case UNCLAIMED_IN_USE, FOREIGN -> false;
        };
    }
}
