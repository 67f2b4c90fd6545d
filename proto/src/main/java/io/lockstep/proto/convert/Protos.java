package io.lockstep.proto.convert;

import com.google.protobuf.Timestamp;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.SideStep;
import io.lockstep.core.volume.LvName;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Values and identities. Results and drifts are in {@link ResultProtos}. */
public final class Protos {

    private static final long HIGHEST_EPOCH = 1L << 52;

    private static final long FIRST_SECOND =
            Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int LAST_NANO = 999_999_999;

    private Protos() {}

    public static io.lockstep.proto.v1.Volume volume(Volume volume) {
        return io.lockstep.proto.v1.Volume.newBuilder()
                .setVg(volume.vg().value())
                .setLv(volume.name().lv().value())
                .setUuid(volume.uuid().value())
                .build();
    }

    public static List<io.lockstep.proto.v1.Volume> volumes(Collection<Volume> volumes) {
        return volumes.stream().map(Protos::volume).toList();
    }

    public static VolumeName name(io.lockstep.proto.v1.Volume volume) {
        return field("volume", () -> new VolumeName(new VgName(volume.getVg()), new LvName(volume.getLv())));
    }

    public static Volume volume(io.lockstep.proto.v1.Volume volume) {
        return new Volume(name(volume), field("volume.uuid", () -> new LvUuid(volume.getUuid())));
    }

    public static LockMode mode(io.lockstep.core.volume.LockMode mode) {
        return switch (mode) {
            case UNLOCKED -> LockMode.LOCK_MODE_UNLOCKED;
            case SHARED -> LockMode.LOCK_MODE_SHARED;
            case EXCLUSIVE -> LockMode.LOCK_MODE_EXCLUSIVE;
        };
    }

    public static io.lockstep.core.volume.LockMode mode(LockMode mode) {
        return switch (mode) {
            case LOCK_MODE_UNLOCKED -> io.lockstep.core.volume.LockMode.UNLOCKED;
            case LOCK_MODE_SHARED -> io.lockstep.core.volume.LockMode.SHARED;
            case LOCK_MODE_EXCLUSIVE -> io.lockstep.core.volume.LockMode.EXCLUSIVE;
            case LOCK_MODE_UNSPECIFIED, UNRECOGNIZED -> throw unset("mode");
        };
    }

    public static OwnDomain own(io.lockstep.core.domain.OwnDomain own) {
        return switch (own) {
            case UNKNOWN -> OwnDomain.OWN_DOMAIN_UNKNOWN;
            case OUTGOING -> OwnDomain.OWN_DOMAIN_OUTGOING;
            case STARTING -> OwnDomain.OWN_DOMAIN_STARTING;
            case PAUSED_MIGRATING -> OwnDomain.OWN_DOMAIN_PAUSED_MIGRATING;
            case POST_COPY -> OwnDomain.OWN_DOMAIN_POST_COPY;
            case POST_COPY_PAUSED -> OwnDomain.OWN_DOMAIN_POST_COPY_PAUSED;
            case POST_COPY_FAILED -> OwnDomain.OWN_DOMAIN_POST_COPY_FAILED;
            case ACTIVE -> OwnDomain.OWN_DOMAIN_ACTIVE;
            case ABSENT -> OwnDomain.OWN_DOMAIN_ABSENT;
        };
    }

    /** What a newer peer says in a word that is not known here is unknown: silence proves nothing. */
    public static io.lockstep.core.domain.OwnDomain own(OwnDomain own) {
        return switch (own) {
            case OWN_DOMAIN_UNKNOWN, OWN_DOMAIN_UNSPECIFIED, UNRECOGNIZED -> io.lockstep.core.domain.OwnDomain.UNKNOWN;
            case OWN_DOMAIN_OUTGOING -> io.lockstep.core.domain.OwnDomain.OUTGOING;
            case OWN_DOMAIN_STARTING -> io.lockstep.core.domain.OwnDomain.STARTING;
            case OWN_DOMAIN_PAUSED_MIGRATING -> io.lockstep.core.domain.OwnDomain.PAUSED_MIGRATING;
            case OWN_DOMAIN_POST_COPY -> io.lockstep.core.domain.OwnDomain.POST_COPY;
            case OWN_DOMAIN_POST_COPY_PAUSED -> io.lockstep.core.domain.OwnDomain.POST_COPY_PAUSED;
            case OWN_DOMAIN_POST_COPY_FAILED -> io.lockstep.core.domain.OwnDomain.POST_COPY_FAILED;
            case OWN_DOMAIN_ACTIVE -> io.lockstep.core.domain.OwnDomain.ACTIVE;
            case OWN_DOMAIN_ABSENT -> io.lockstep.core.domain.OwnDomain.ABSENT;
        };
    }

    public static Side side(io.lockstep.core.handover.Side side) {
        return switch (side) {
            case SOURCE -> Side.SIDE_SOURCE;
            case TARGET -> Side.SIDE_TARGET;
        };
    }

    public static io.lockstep.core.handover.Side side(Side side) {
        return switch (side) {
            case SIDE_SOURCE -> io.lockstep.core.handover.Side.SOURCE;
            case SIDE_TARGET -> io.lockstep.core.handover.Side.TARGET;
            case SIDE_UNSPECIFIED, UNRECOGNIZED -> throw unset("side");
        };
    }

    public static SideProgress progress(io.lockstep.core.handover.SideProgress progress) {
        return switch (progress) {
            case SHARING -> SideProgress.SIDE_PROGRESS_SHARING;
            case SHARED -> SideProgress.SIDE_PROGRESS_SHARED;
            case ASKING -> SideProgress.SIDE_PROGRESS_ASKING;
            case RELEASING -> SideProgress.SIDE_PROGRESS_RELEASING;
            case HOLDS -> SideProgress.SIDE_PROGRESS_HOLDS;
            case GONE -> SideProgress.SIDE_PROGRESS_GONE;
        };
    }

    public static io.lockstep.core.handover.SideProgress progress(SideProgress progress) {
        return switch (progress) {
            case SIDE_PROGRESS_SHARING -> io.lockstep.core.handover.SideProgress.SHARING;
            case SIDE_PROGRESS_SHARED -> io.lockstep.core.handover.SideProgress.SHARED;
            case SIDE_PROGRESS_ASKING -> io.lockstep.core.handover.SideProgress.ASKING;
            case SIDE_PROGRESS_RELEASING -> io.lockstep.core.handover.SideProgress.RELEASING;
            case SIDE_PROGRESS_HOLDS -> io.lockstep.core.handover.SideProgress.HOLDS;
            case SIDE_PROGRESS_GONE -> io.lockstep.core.handover.SideProgress.GONE;
            case SIDE_PROGRESS_UNSPECIFIED, UNRECOGNIZED -> throw unset("progress");
        };
    }

    public static io.lockstep.proto.v1.SideStep step(SideStep step) {
        return io.lockstep.proto.v1.SideStep.newBuilder()
                .setAt(time(step.at()))
                .setProgress(progress(step.progress()))
                .setOwn(own(step.own()))
                .setAttention(step.attention())
                .build();
    }

    public static SideStep step(io.lockstep.proto.v1.SideStep step) {
        return new SideStep(time(step.getAt()), progress(step.getProgress()), own(step.getOwn()), step.getAttention());
    }

    public static HandoverPhase phase(io.lockstep.core.handover.HandoverPhase phase) {
        return switch (phase) {
            case SHARING -> HandoverPhase.HANDOVER_PHASE_SHARING;
            case SHARED -> HandoverPhase.HANDOVER_PHASE_SHARED;
            case COMMITTING -> HandoverPhase.HANDOVER_PHASE_COMMITTING;
            case COMMITTED -> HandoverPhase.HANDOVER_PHASE_COMMITTED;
            case REVERTING -> HandoverPhase.HANDOVER_PHASE_REVERTING;
            case REVERTED -> HandoverPhase.HANDOVER_PHASE_REVERTED;
        };
    }

    public static io.lockstep.core.handover.HandoverPhase phase(HandoverPhase phase) {
        return switch (phase) {
            case HANDOVER_PHASE_SHARING -> io.lockstep.core.handover.HandoverPhase.SHARING;
            case HANDOVER_PHASE_SHARED -> io.lockstep.core.handover.HandoverPhase.SHARED;
            case HANDOVER_PHASE_COMMITTING -> io.lockstep.core.handover.HandoverPhase.COMMITTING;
            case HANDOVER_PHASE_COMMITTED -> io.lockstep.core.handover.HandoverPhase.COMMITTED;
            case HANDOVER_PHASE_REVERTING -> io.lockstep.core.handover.HandoverPhase.REVERTING;
            case HANDOVER_PHASE_REVERTED -> io.lockstep.core.handover.HandoverPhase.REVERTED;
            case HANDOVER_PHASE_UNSPECIFIED, UNRECOGNIZED -> throw unset("phase");
        };
    }

    public static HandoverRef ref(HandoverId id, DomainUuid domain, Epoch epoch) {
        return HandoverRef.newBuilder()
                .setId(id.toString())
                .setDomainUuid(domain.toString())
                .setEpoch(epoch.value())
                .build();
    }

    public static HandoverId id(HandoverRef ref) {
        return field("handover.id", () -> HandoverId.of(ref.getId()));
    }

    public static Epoch epoch(HandoverRef ref) {
        return field("handover.epoch", () -> epoch(ref.getEpoch()));
    }

    /** @throws IllegalArgumentException for what is no epoch, or so high that a domain's later handovers would find none above it */
    public static Epoch epoch(long value) {
        if (value > HIGHEST_EPOCH) {
            throw new IllegalArgumentException("an epoch of " + value + " cannot be; the highest is " + HIGHEST_EPOCH);
        }
        return new Epoch(value);
    }

    public static DomainUuid domain(String uuid) {
        return field("domain_uuid", () -> DomainUuid.of(uuid));
    }

    public static HostName host(String host) {
        return field("host", () -> new HostName(host));
    }

    public static Timestamp time(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }

    /** @throws IllegalArgumentException for what is no moment of the years 1 to 9999, as a Timestamp has to be */
    public static Instant time(Timestamp at) {
        if (at.getSeconds() < FIRST_SECOND
                || at.getSeconds() > LAST_SECOND
                || at.getNanos() < 0
                || at.getNanos() > LAST_NANO) {
            throw new IllegalArgumentException(
                    "time: " + at.getSeconds() + " s and " + at.getNanos() + " ns are not in the years 1 to 9999");
        }
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    /** One that a person may have typed. */
    public static HandoverId handoverId(String id) {
        return field("id", () -> HandoverId.of(id));
    }

    static <T> T field(String name, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    static IllegalArgumentException unset(String field) {
        return new IllegalArgumentException(field + ": not set, or a value that this version does not know");
    }
}
