package io.lockstep.agent.endpoint;

import io.lockstep.agent.Agent;
import io.lockstep.agent.work.Deadline;
import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.rule.ClaimRules;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Requests of people. Guarantee: a volume that a domain claims, and a release or a weaker mode of one that is open, is refused before
 * the lock manager is asked.
 */
final class ManualLocks {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Agent agent;

    ManualLocks(Agent agent) {
        this.agent = agent;
    }

    List<io.lockstep.proto.v1.LockResult> change(List<io.lockstep.proto.v1.Volume> asked, LockMode mode) {
        Map<VolumeName, io.lockstep.proto.v1.LockResult> results = new HashMap<>();
        SortedMap<VgName, SortedSet<Volume>> allowed = new TreeMap<>();
        agent.volumes().readAgainFor(asked.stream().map(Protos::name).toList());
        // Whether something has them open is to be known of this moment.
        asked.stream()
                .map(v -> Protos.name(v).vg())
                .distinct()
                .forEach(vg -> agent.lanes().lookAgain(vg, Deadline.in(LOOK, SteadyClock.CLOCK)));
        for (io.lockstep.proto.v1.Volume each : asked) {
            VolumeName name = Protos.name(each);
            Optional<Volume> volume = agent.lanes()
                    .table()
                    .find(name)
                    .filter(v -> each.getUuid().isEmpty() || v.uuid().value().equals(each.getUuid()));
            if (volume.isEmpty()) {
                results.put(name, missing(each));
            } else {
                refusal(volume.get(), mode)
                        .ifPresentOrElse(
                                refused -> results.put(name, refused),
                                () -> allowed.computeIfAbsent(name.vg(), vg -> new TreeSet<>())
                                        .add(volume.get()));
            }
        }
        allowed.forEach((vg, volumes) -> agent.lanes()
                .lane(vg)
                .orElseThrow()
                .byHand(volumes, mode, Deadline.in(LIMIT, SteadyClock.CLOCK))
                .forEach((volume, result) -> results.put(volume.name(), ResultProtos.result(volume, result))));
        agent.changes().happened();
        return asked.stream().map(v -> results.get(Protos.name(v))).toList();
    }

    private Optional<io.lockstep.proto.v1.LockResult> refusal(Volume volume, LockMode mode) {
        Optional<ClaimRules.Claimant> claimant = ClaimRules.claimant(
                agent.state().claims().values(), agent.state().handovers().values(), volume);
        if (claimant.isPresent()) {
            return Optional.of(ResultProtos.claimed(
                    volume, claimant.get().domain().toString(), claimant.get().name()));
        }
        boolean weaker = agent.lanes()
                .held(volume)
                .filter(held -> held != mode && held.satisfies(mode))
                .isPresent();
        return weaker && agent.lanes().open(volume)
                ? Optional.of(ResultProtos.result(volume, new LockResult.InUse("a process on this host")))
                : Optional.empty();
    }

    private static io.lockstep.proto.v1.LockResult missing(io.lockstep.proto.v1.Volume asked) {
        LockResult none = new LockResult.NoSuchVolume();
        return io.lockstep.proto.v1.LockResult.newBuilder()
                .setVolume(asked)
                .setNoSuchVolume(io.lockstep.proto.v1.NoSuchVolume.getDefaultInstance())
                .setReason(none.reason() + " in a shared volume group that this host manages")
                .build();
    }
}
