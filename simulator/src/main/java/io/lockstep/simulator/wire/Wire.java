package io.lockstep.simulator.wire;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.Migrations;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.core.volume.VolumeReading;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.VolumeLock;
import io.lockstep.simulator.v1.ChangeDiskResponse;
import io.lockstep.simulator.v1.Domain;
import io.lockstep.simulator.v1.ExclusiveLease;
import io.lockstep.simulator.v1.FreeLease;
import io.lockstep.simulator.v1.MigrateDomainResponse;
import io.lockstep.simulator.v1.Peer;
import io.lockstep.simulator.v1.ReadDomainsResponse;
import io.lockstep.simulator.v1.ReadMigrationResponse;
import io.lockstep.simulator.v1.ReadVolumeGroupResponse;
import io.lockstep.simulator.v1.SharedLease;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Both directions of every message that carries more than a word. */
public final class Wire {

    private Wire() {}

    public static io.lockstep.simulator.v1.VolumeInfo info(VolumeInfo info) {
        return io.lockstep.simulator.v1.VolumeInfo.newBuilder()
                .setVolume(Protos.volume(info.volume()))
                .setShareable(info.shareable())
                .setType(info.type())
                .build();
    }

    public static VolumeInfo info(io.lockstep.simulator.v1.VolumeInfo info) {
        return new VolumeInfo(Protos.volume(info.getVolume()), info.getShareable(), info.getType());
    }

    public static ReadVolumeGroupResponse reading(VgReading reading) {
        ReadVolumeGroupResponse.Builder message = ReadVolumeGroupResponse.newBuilder()
                .setLockspace(ResultProtos.lockspace(reading.vg(), reading.lockspace()));
        for (VolumeReading volume : reading.volumes()) {
            message.addVolumes(VolumeLock.newBuilder()
                    .setVolume(Protos.volume(volume.volume()))
                    .setMode(Protos.mode(volume.lock()))
                    .setActive(volume.active())
                    .setOpen(volume.open()));
        }
        return message.build();
    }

    public static VgReading reading(VgName vg, ReadVolumeGroupResponse message) {
        return new VgReading(
                vg,
                state(message.getLockspace()),
                message.getVolumesList().stream()
                        .map(v -> new VolumeReading(
                                Protos.volume(v.getVolume()), Protos.mode(v.getMode()), v.getActive(), v.getOpen()))
                        .toList());
    }

    private static LockspaceState state(Lockspace message) {
        return switch (message.getState()) {
            case STATE_LIVE ->
                new LockspaceState.Live(new HostId(message.getHostId()), new Generation(message.getGeneration()));
            case STATE_NOT_STARTED -> new LockspaceState.NotStarted();
            case STATE_LOST -> new LockspaceState.Lost(message.getReason());
            case STATE_UNKNOWN, STATE_UNSPECIFIED, UNRECOGNIZED -> new LockspaceState.Unknown(message.getReason());
        };
    }

    public static io.lockstep.simulator.v1.Lease lease(Volume volume, Lease lease) {
        io.lockstep.simulator.v1.Lease.Builder message =
                io.lockstep.simulator.v1.Lease.newBuilder().setVolume(Protos.volume(volume));
        switch (lease) {
            case Lease.Free _ -> message.setFree(FreeLease.getDefaultInstance());
            case Lease.Exclusive exclusive ->
                message.setExclusive(ExclusiveLease.newBuilder()
                        .setHostId(exclusive.owner().value())
                        .setGeneration(exclusive.generation().value()));
            case Lease.Shared shared ->
                message.setShared(SharedLease.newBuilder()
                        .addAllHostIds(
                                shared.holders().stream().map(HostId::value).toList()));
            case Lease.Unknown unknown -> message.setUnknown(unknown.reason());
        }
        return message.build();
    }

    public static Lease lease(io.lockstep.simulator.v1.Lease message) {
        return switch (message.getStateCase()) {
            case FREE -> new Lease.Free();
            case EXCLUSIVE ->
                new Lease.Exclusive(
                        new HostId(message.getExclusive().getHostId()),
                        new Generation(message.getExclusive().getGeneration()));
            case SHARED ->
                new Lease.Shared(message.getShared().getHostIdsList().stream()
                        .map(HostId::new)
                        .collect(Collectors.toCollection(TreeSet::new)));
            case UNKNOWN, STATE_NOT_SET -> new Lease.Unknown(message.getUnknown());
        };
    }

    public static Peer peer(PeerState peer) {
        return Peer.newBuilder()
                .setHostId(peer.id().value())
                .setName(peer.name().orElse(""))
                .setGeneration(peer.generation().value())
                .setLiveness(
                        switch (peer.liveness()) {
                            case LIVE -> Peer.Liveness.LIVENESS_LIVE;
                            case FAIL -> Peer.Liveness.LIVENESS_FAIL;
                            case DEAD -> Peer.Liveness.LIVENESS_DEAD;
                            case UNKNOWN -> Peer.Liveness.LIVENESS_UNKNOWN;
                        })
                .build();
    }

    public static PeerState peer(Peer message) {
        return new PeerState(
                new HostId(message.getHostId()),
                message.getName().isEmpty() ? Optional.empty() : Optional.of(message.getName()),
                new Generation(message.getGeneration()),
                switch (message.getLiveness()) {
                    case LIVENESS_LIVE -> PeerState.Liveness.LIVE;
                    case LIVENESS_FAIL -> PeerState.Liveness.FAIL;
                    case LIVENESS_DEAD -> PeerState.Liveness.DEAD;
                    case LIVENESS_UNKNOWN, LIVENESS_UNSPECIFIED, UNRECOGNIZED -> PeerState.Liveness.UNKNOWN;
                });
    }

    public static ReadDomainsResponse domains(HypervisorReading reading) {
        return switch (reading) {
            case HypervisorReading.Silent silent ->
                ReadDomainsResponse.newBuilder().setSilent(silent.reason()).build();
            case HypervisorReading.Seen seen ->
                ReadDomainsResponse.newBuilder()
                        .addAllDomains(seen.domains().stream().map(Wire::domain).toList())
                        .build();
        };
    }

    public static HypervisorReading domains(ReadDomainsResponse message) {
        return message.getSilent().isEmpty()
                ? new HypervisorReading.Seen(
                        message.getDomainsList().stream().map(Wire::domain).toList())
                : new HypervisorReading.Silent(message.getSilent());
    }

    public static ChangeDiskResponse change(DeviceChange change) {
        ChangeDiskResponse.Builder message = ChangeDiskResponse.newBuilder();
        switch (change) {
            case DeviceChange.Done _ -> message.setOutcome(ChangeDiskResponse.Outcome.OUTCOME_DONE);
            case DeviceChange.Requested _ -> message.setOutcome(ChangeDiskResponse.Outcome.OUTCOME_REQUESTED);
            case DeviceChange.Refused refused ->
                message.setOutcome(ChangeDiskResponse.Outcome.OUTCOME_REFUSED).setReason(refused.reason());
            case DeviceChange.Unknown unknown ->
                message.setOutcome(ChangeDiskResponse.Outcome.OUTCOME_UNKNOWN).setReason(unknown.reason());
        }
        return message.build();
    }

    public static DeviceChange change(ChangeDiskResponse message) {
        return switch (message.getOutcome()) {
            case OUTCOME_DONE -> new DeviceChange.Done();
            case OUTCOME_REQUESTED -> new DeviceChange.Requested();
            case OUTCOME_REFUSED -> new DeviceChange.Refused(message.getReason());
            case OUTCOME_UNKNOWN, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> new DeviceChange.Unknown(message.getReason());
        };
    }

    public static MigrateDomainResponse ended(Migrations.Ended ended) {
        MigrateDomainResponse.Builder message = MigrateDomainResponse.newBuilder();
        switch (ended) {
            case Migrations.Ended.Moved _ -> message.setOutcome(MigrateDomainResponse.Outcome.OUTCOME_MOVED);
            case Migrations.Ended.Failed failed ->
                message.setOutcome(MigrateDomainResponse.Outcome.OUTCOME_FAILED).setReason(failed.reason());
            case Migrations.Ended.Unknown unknown ->
                message.setOutcome(MigrateDomainResponse.Outcome.OUTCOME_UNKNOWN)
                        .setReason(unknown.reason());
        }
        return message.build();
    }

    public static Migrations.Ended ended(MigrateDomainResponse message) {
        return switch (message.getOutcome()) {
            case OUTCOME_MOVED -> new Migrations.Ended.Moved();
            case OUTCOME_FAILED -> new Migrations.Ended.Failed(message.getReason());
            case OUTCOME_UNKNOWN, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                new Migrations.Ended.Unknown(message.getReason());
        };
    }

    public static ReadMigrationResponse copied(Optional<Migrations.Copied> copied) {
        return copied.map(c -> ReadMigrationResponse.newBuilder()
                        .setUnderWay(true)
                        .setTotal(c.total())
                        .setProcessed(c.processed())
                        .setRemaining(c.remaining())
                        .build())
                .orElse(ReadMigrationResponse.getDefaultInstance());
    }

    public static Optional<Migrations.Copied> copied(ReadMigrationResponse message) {
        return message.getUnderWay()
                ? Optional.of(new Migrations.Copied(message.getTotal(), message.getProcessed(), message.getRemaining()))
                : Optional.empty();
    }

    private static Domain domain(DomainReading domain) {
        return Domain.newBuilder()
                .setUuid(domain.uuid().toString())
                .setName(domain.name())
                .setState(domain.state().lifecycle().words())
                .setReason(domain.state().reason())
                .setJob(
                        switch (domain.job()) {
                            case NONE -> Domain.Job.JOB_NONE;
                            case OUTGOING_MIGRATION -> Domain.Job.JOB_OUTGOING_MIGRATION;
                            case OTHER -> Domain.Job.JOB_OTHER;
                        })
                .setXml(domain.xml())
                .build();
    }

    private static DomainReading domain(Domain message) {
        return new DomainReading(
                DomainUuid.of(message.getUuid()),
                message.getName(),
                new DomainState(lifecycle(message.getState()), message.getReason()),
                switch (message.getJob()) {
                    case JOB_NONE -> DomainJob.NONE;
                    case JOB_OUTGOING_MIGRATION -> DomainJob.OUTGOING_MIGRATION;
                    case JOB_OTHER, JOB_UNSPECIFIED, UNRECOGNIZED -> DomainJob.OTHER;
                },
                message.getXml());
    }

    private static DomainState.Lifecycle lifecycle(String words) {
        return Arrays.stream(DomainState.Lifecycle.values())
                .filter(l -> l.words().equals(words))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + words + "\" is no state of a domain"));
    }
}
