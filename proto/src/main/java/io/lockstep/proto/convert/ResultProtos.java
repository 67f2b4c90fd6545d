package io.lockstep.proto.convert;

import io.lockstep.core.reconcile.Drift;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.v1.Claimed;
import io.lockstep.proto.v1.HeldElsewhere;
import io.lockstep.proto.v1.InUse;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.LockspaceDown;
import io.lockstep.proto.v1.NoSuchVolume;
import io.lockstep.proto.v1.NotActivated;
import io.lockstep.proto.v1.NotShareable;
import io.lockstep.proto.v1.Stuck;
import io.lockstep.proto.v1.UnknownResult;
import java.util.Optional;

/** The lock manager's answers. */
public final class ResultProtos {

    private ResultProtos() {}

    public static io.lockstep.proto.v1.LockResult result(Volume volume, LockResult result) {
        io.lockstep.proto.v1.LockResult.Builder message = io.lockstep.proto.v1.LockResult.newBuilder()
                .setVolume(Protos.volume(volume))
                .setReason(result.reason());
        switch (result) {
            case LockResult.Granted granted -> message.setGranted(Protos.mode(granted.mode()));
            case LockResult.HeldElsewhere held ->
                message.setHeldElsewhere(HeldElsewhere.newBuilder()
                        .setHostId(held.holder().map(HostId::value).orElse(0)));
            case LockResult.InUse use -> message.setInUse(InUse.newBuilder().setOpener(use.opener()));
            case LockResult.NotShareable type ->
                message.setNotShareable(NotShareable.newBuilder().setType(type.type()));
            case LockResult.NotActivated ignored -> message.setNotActivated(NotActivated.getDefaultInstance());
            case LockResult.LockspaceDown down ->
                message.setLockspaceDown(LockspaceDown.newBuilder().setDetail(down.detail()));
            case LockResult.NoSuchVolume ignored -> message.setNoSuchVolume(NoSuchVolume.getDefaultInstance());
            case LockResult.Stuck stuck -> message.setStuck(Stuck.newBuilder().setCommand(stuck.command()));
            case LockResult.Unknown unknown ->
                message.setUnknown(UnknownResult.newBuilder().setDetail(unknown.detail()));
        }
        return message.build();
    }

    /** A person's request on a volume that a domain claims. It never reaches the lock manager, so core has no such result. */
    public static io.lockstep.proto.v1.LockResult claimed(Volume volume, String domainUuid, String domainName) {
        return io.lockstep.proto.v1.LockResult.newBuilder()
                .setVolume(Protos.volume(volume))
                .setClaimed(Claimed.newBuilder().setDomainUuid(domainUuid).setDomainName(domainName))
                .setReason("domain " + domainName + " claims it; its lock follows the domain")
                .build();
    }

    public static LockResult result(io.lockstep.proto.v1.LockResult message) {
        return switch (message.getOutcomeCase()) {
            case GRANTED -> new LockResult.Granted(Protos.mode(message.getGranted()));
            case HELD_ELSEWHERE -> {
                int id = message.getHeldElsewhere().getHostId();
                yield new LockResult.HeldElsewhere(id == 0 ? Optional.empty() : Optional.of(new HostId(id)));
            }
            case IN_USE -> new LockResult.InUse(message.getInUse().getOpener());
            case NOT_SHAREABLE ->
                new LockResult.NotShareable(message.getNotShareable().getType());
            case NOT_ACTIVATED -> new LockResult.NotActivated();
            case LOCKSPACE_DOWN ->
                new LockResult.LockspaceDown(message.getLockspaceDown().getDetail());
            case NO_SUCH_VOLUME -> new LockResult.NoSuchVolume();
            case STUCK -> new LockResult.Stuck(message.getStuck().getCommand());
            case UNKNOWN -> new LockResult.Unknown(message.getUnknown().getDetail());
            case CLAIMED, OUTCOME_NOT_SET -> new LockResult.Unknown(message.getReason());
        };
    }

    public static Lockspace lockspace(VgName vg, LockspaceState state) {
        Lockspace.Builder message = Lockspace.newBuilder().setVg(vg.value()).setReason(state.reason());
        switch (state) {
            case LockspaceState.Live live ->
                message.setState(Lockspace.State.STATE_LIVE)
                        .setHostId(live.self().value())
                        .setGeneration(live.generation().value());
            case LockspaceState.NotStarted ignored -> message.setState(Lockspace.State.STATE_NOT_STARTED);
            case LockspaceState.Lost ignored -> message.setState(Lockspace.State.STATE_LOST);
            case LockspaceState.Unknown ignored -> message.setState(Lockspace.State.STATE_UNKNOWN);
        }
        return message.build();
    }

    public static io.lockstep.proto.v1.Drift.Kind kind(Drift.Kind kind) {
        return switch (kind) {
            case TOO_WEAK -> io.lockstep.proto.v1.Drift.Kind.KIND_TOO_WEAK;
            case SETTLING -> io.lockstep.proto.v1.Drift.Kind.KIND_SETTLING;
            case TOO_STRONG -> io.lockstep.proto.v1.Drift.Kind.KIND_TOO_STRONG;
            case UNCLAIMED -> io.lockstep.proto.v1.Drift.Kind.KIND_UNCLAIMED;
            case UNCLAIMED_IN_USE -> io.lockstep.proto.v1.Drift.Kind.KIND_UNCLAIMED_IN_USE;
            case FOREIGN -> io.lockstep.proto.v1.Drift.Kind.KIND_FOREIGN;
            case LEAKED -> io.lockstep.proto.v1.Drift.Kind.KIND_LEAKED;
            case UNPROTECTED -> io.lockstep.proto.v1.Drift.Kind.KIND_UNPROTECTED;
        };
    }
}
