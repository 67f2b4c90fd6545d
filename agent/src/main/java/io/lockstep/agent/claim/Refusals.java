package io.lockstep.agent.claim;

import io.lockstep.agent.controller.Controller;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Why something was refused, for a person at three in the morning: which volume, who holds it, what to do.
 *
 * <p>The holder is the controller's word, or without a controller that of the lease area; it is asked only after the lock manager
 * has refused, and decides nothing.
 */
public final class Refusals {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration ASKING = Duration.ofSeconds(3);

    /** Measured with sanlock's io_timeout of 10 s: FAIL after 75 s, granted after about 133 s, by its documentation at most 210 s. */
    private static final String IF_DEAD =
            "and if that host is dead its lock is granted within 4 minutes of its death: repeat the start";

    private final Controller controller;
    private final LockManager lockManager;

    public Refusals(Controller controller, LockManager lockManager) {
        this.controller = controller;
        this.lockManager = lockManager;
    }

    public static String conflicts(List<ClaimRules.Conflict> conflicts) {
        return conflicts.stream()
                .map(c -> c.volume() + " is claimed " + c.held() + " on this host by domain " + c.holder()
                        + (c.wanted() == io.lockstep.core.volume.LockMode.EXCLUSIVE
                                ? "; stop that domain, or mark the disk <shareable/> in both if they may share it"
                                : ""))
                .collect(Collectors.joining("; "));
    }

    /** One line for all refused volumes. */
    public String explain(Map<Volume, LockResult> refusals, Deadline deadline) {
        Set<Volume> elsewhere = refusals.entrySet().stream()
                .filter(e -> e.getValue() instanceof LockResult.HeldElsewhere)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Map<Volume, String> holders = elsewhere.isEmpty() ? Map.of() : holders(elsewhere, deadline);
        // Volumes with the same reason are named together: a domain's disks are usually held by one host.
        Map<String, List<Volume>> byReason = new LinkedHashMap<>();
        refusals.entrySet().stream()
                .sorted(Comparator.comparing(e -> e.getKey().name()))
                .forEach(e -> byReason.computeIfAbsent(one(e.getKey(), e.getValue(), holders), r -> new ArrayList<>())
                        .add(e.getKey()));
        return byReason.entrySet().stream()
                .map(e -> e.getValue().stream().map(Volume::toString).collect(Collectors.joining(", ")) + ": "
                        + e.getKey())
                .collect(Collectors.joining("; "));
    }

    private static String one(Volume volume, LockResult refusal, Map<Volume, String> holders) {
        return switch (refusal) {
            case LockResult.HeldElsewhere held -> holders.getOrDefault(volume, held.reason());
            case LockResult.NotShareable type ->
                "of type " + type.type()
                        + ", which LVM cannot share, so its guest cannot be migrated live: shut it down and start it there"
                        + " (for the origin of a snapshot: remove the snapshot first)";
            case LockResult.LockspaceDown down -> "cannot be locked: " + down.detail();
            case LockResult.NotActivated skip -> "not locked: " + skip.reason();
            case LockResult.InUse use -> use.reason();
            case LockResult.NoSuchVolume none -> "not locked: " + none.reason();
            case LockResult.Stuck stuck -> "cannot be locked: " + stuck.reason();
            case LockResult.Unknown unknown -> "not locked: " + unknown.detail();
            case LockResult.Granted granted -> granted.reason();
        };
    }

    /**
     * Whether the controller knows a holder of each of these, and of no holder a domain: somebody took it by hand, or a guest has just
     * stopped there. Also true once they are held no more.
     */
    public boolean forNoDomain(Set<Volume> volumes, Deadline deadline) {
        return controller
                .holders(volumes, deadline.within(ASKING))
                .filter(told -> told.holders().stream()
                        .filter(h -> volumes.contains(h.volume()))
                        .allMatch(h -> h.fresh() && h.domains().isEmpty()))
                .isPresent();
    }

    private Map<Volume, String> holders(Set<Volume> volumes, Deadline deadline) {
        Optional<Controller.Holders> told = controller.holders(volumes, deadline.within(ASKING));
        Map<Volume, String> holders = new TreeMap<>();
        if (told.isPresent()) {
            volumes.forEach(v -> byController(v, told.get()).ifPresent(text -> holders.put(v, text)));
        }
        Set<Volume> missing =
                volumes.stream().filter(v -> !holders.containsKey(v)).collect(Collectors.toSet());
        missing.stream()
                .collect(Collectors.groupingBy(Volume::vg, Collectors.toSet()))
                .forEach((vg, group) -> {
                    List<PeerState> peers = lockManager.peers(vg);
                    lockManager
                            .leases(vg, group)
                            .forEach((volume, lease) ->
                                    byLease(volume, lease, peers).ifPresent(text -> holders.put(volume, text)));
                });
        return holders;
    }

    private static Optional<String> byController(Volume volume, Controller.Holders told) {
        List<String> texts = new ArrayList<>();
        for (Controller.Holder holder : told.holders()) {
            if (holder.volume().equals(volume)) {
                texts.add("held " + holder.mode() + " on " + holder.host()
                        + (holder.domains().isEmpty()
                                ? " for no domain"
                                : " for domain " + String.join(", ", holder.domains()))
                        + holder.since().map(s -> " since " + CLOCK.format(s)).orElse("")
                        + way(volume, holder));
            }
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", texts));
    }

    private static String way(Volume volume, Controller.Holder holder) {
        if (!holder.fresh()) {
            return " (last known; that host does not answer now), " + IF_DEAD;
        }
        return holder.domains().isEmpty()
                ? ", try again in a moment if its guest has just stopped there, or release it: lockstepctl release "
                        + volume + " --host " + holder.host()
                : ", stop or migrate it there first";
    }

    private static Optional<String> byLease(Volume volume, Lease lease, List<PeerState> peers) {
        return switch (lease) {
            case Lease.Free ignored -> Optional.empty();
            case Lease.Unknown ignored -> Optional.empty();
            case Lease.Exclusive exclusive ->
                Optional.of("held EXCLUSIVE on " + peer(exclusive.owner(), peers)
                        + ", stop its domain there, or if none uses it: lockstepctl release " + volume + " there; "
                        + IF_DEAD);
            case Lease.Shared shared ->
                Optional.of("held SHARED on "
                        + shared.holders().stream().map(h -> peer(h, peers)).collect(Collectors.joining(", ")));
        };
    }

    private static String peer(HostId id, List<PeerState> peers) {
        return peers.stream()
                .filter(p -> p.id().equals(id))
                .findFirst()
                .map(p -> p.name().orElse(id.toString()) + liveness(p.liveness()))
                .orElse(id.toString());
    }

    private static String liveness(PeerState.Liveness liveness) {
        return switch (liveness) {
            case LIVE -> "";
            case FAIL -> " (sanlock: FAIL, it does not renew its lease)";
            case DEAD -> " (sanlock: DEAD, its lock is granted very soon)";
            case UNKNOWN -> " (sanlock: state unknown)";
        };
    }
}
