package io.lockstep.agent.endpoint;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lockstep.agent.Agent;
import io.lockstep.agent.config.Background;
import io.lockstep.agent.disk.DiskChanges;
import io.lockstep.agent.disk.DiskResult;
import io.lockstep.agent.work.Deadline;
import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.domain.DiskXml;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.core.xml.XmlRefusedException;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.AttachDiskRequest;
import io.lockstep.proto.v1.AttachDiskResponse;
import io.lockstep.proto.v1.DetachDiskRequest;
import io.lockstep.proto.v1.DetachDiskResponse;
import io.lockstep.proto.v1.DiskOutcome;
import io.lockstep.proto.v1.DiskServiceGrpc;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.VolumeDisk;
import io.lockstep.service.action.ManualActions;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code DiskService}: disks of the domains that run here, at a person's word. */
@GrpcService
public class DiskEndpoint extends DiskServiceGrpc.DiskServiceImplBase {

    /** For the locks of a new disk. A caller that goes away before libvirt was asked cancels its call. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final Agent agent;
    private final Answers answers;
    private final ActionsByHand actions;

    DiskEndpoint(Agent agent, ManualActions actions, @Background ExecutorService threads) {
        this.agent = agent;
        this.actions = new ActionsByHand(agent.host(), actions);
        this.answers = new Answers(threads);
    }

    @Override
    public void attachDisk(AttachDiskRequest request, StreamObserver<AttachDiskResponse> answer) {
        AtomicBoolean gone = new AtomicBoolean();
        ((ServerCallStreamObserver<AttachDiskResponse>) answer).setOnCancelHandler(() -> gone.set(true));
        answers.one(
                answer,
                () -> attached(request, Deadline.in(LIMIT, SteadyClock.CLOCK).orWhen(gone::get)));
    }

    private AttachDiskResponse attached(AttachDiskRequest request, Deadline deadline) {
        requireDomain(request.getDomain());
        DiskXml disk = disk(request);
        DiskResult result = unknownVolume(request)
                .map(DiskResult::refused)
                .orElseGet(() -> agent.disks().attach(request.getDomain(), disk, request.getPersistent(), deadline));
        actions.disk(
                "attach-disk",
                request.getRequestedBy(),
                request.getReason(),
                request.getDomain(),
                disk.target() + (request.getPersistent() ? ", persistent" : ""),
                result);
        agent.changes().happened();
        return AttachDiskResponse.newBuilder()
                .setOutcome(outcome(result))
                .setReason(result.reason())
                .setDomainUuid(result.domain().map(d -> d.uuid().toString()).orElse(""))
                .setDomainName(result.domain().map(d -> d.name()).orElse(""))
                .setTarget(disk.target())
                .addAllLocks(locks(result))
                .build();
    }

    private static DiskXml disk(AttachDiskRequest request) {
        return switch (request.getDiskCase()) {
            case VOLUME_DISK -> disk(request.getVolumeDisk());
            case XML -> {
                try {
                    yield DiskXml.read(request.getXml());
                } catch (XmlRefusedException e) {
                    throw new IllegalArgumentException("xml: " + e.getMessage(), e);
                }
            }
            case DISK_NOT_SET -> throw new IllegalArgumentException("disk: neither a volume nor XML is given");
        };
    }

    private static DiskXml disk(VolumeDisk disk) {
        return DiskXml.of(
                "/dev/" + Protos.name(disk.getVolume()),
                disk.getTarget(),
                new DiskXml.Options(
                        or(disk.getBus(), "virtio"),
                        or(disk.getFormat(), "raw"),
                        or(disk.getCache(), "none"),
                        disk.getSerial().isEmpty() ? Optional.empty() : Optional.of(disk.getSerial()),
                        disk.getReadOnly(),
                        disk.getShareable()));
    }

    private static String or(String given, String otherwise) {
        return given.isEmpty() ? otherwise : given;
    }

    /** Why the volume that was named is none of ours; a whole element is looked at as libvirt's XML is. */
    private Optional<String> unknownVolume(AttachDiskRequest request) {
        return request.hasVolumeDisk()
                        && find(request.getVolumeDisk().getVolume()).isEmpty()
                ? Optional.of(missing(request.getVolumeDisk().getVolume()))
                : Optional.empty();
    }

    private Optional<Volume> find(io.lockstep.proto.v1.Volume asked) {
        return agent.volumes()
                .find(Protos.name(asked))
                .filter(v -> asked.getUuid().isEmpty() || v.uuid().value().equals(asked.getUuid()));
    }

    private static String missing(io.lockstep.proto.v1.Volume asked) {
        VolumeName name = Protos.name(asked);
        return name + ": no such logical volume in a shared volume group that this host manages: compare lvs "
                + name.vg();
    }

    @Override
    public void detachDisk(DetachDiskRequest request, StreamObserver<DetachDiskResponse> answer) {
        answers.one(answer, () -> detached(request));
    }

    private DetachDiskResponse detached(DetachDiskRequest request) {
        requireDomain(request.getDomain());
        String disk =
                switch (request.getDiskCase()) {
                    case TARGET -> request.getTarget();
                    case VOLUME -> Protos.name(request.getVolume()).toString();
                    case DISK_NOT_SET ->
                        throw new IllegalArgumentException("disk: neither a target nor a volume is given");
                };
        Duration wait = Duration.ofSeconds(
                request.getWait().getSeconds(), request.getWait().getNanos());
        if (wait.isNegative() || wait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("wait: from nothing to ten minutes");
        }
        DiskResult result = detach(request, Deadline.in(wait, SteadyClock.CLOCK));
        actions.disk(
                "detach-disk",
                request.getRequestedBy(),
                request.getReason(),
                request.getDomain(),
                disk + (request.getPersistent() ? ", persistent" : ""),
                result);
        agent.changes().happened();
        return DetachDiskResponse.newBuilder()
                .setOutcome(outcome(result))
                .setReason(result.reason())
                .setDomainUuid(result.domain().map(d -> d.uuid().toString()).orElse(""))
                .setDomainName(result.domain().map(d -> d.name()).orElse(""))
                .setTarget(result.target())
                .addAllLocks(locks(result))
                .build();
    }

    private DiskResult detach(DetachDiskRequest request, Deadline wait) {
        DiskChanges.Which which;
        if (request.hasVolume()) {
            Optional<Volume> volume = find(request.getVolume());
            if (volume.isEmpty()) {
                return DiskResult.refused(missing(request.getVolume()));
            }
            which = new DiskChanges.Which.On(volume.get());
        } else {
            which = new DiskChanges.Which.Target(request.getTarget());
        }
        return agent.disks().detach(request.getDomain(), which, request.getPersistent(), wait);
    }

    private static void requireDomain(String domain) {
        if (domain.isEmpty()) {
            throw new IllegalArgumentException("domain: not set; a UUID or a name");
        }
    }

    private static DiskOutcome outcome(DiskResult result) {
        return switch (result.kind()) {
            case DONE -> DiskOutcome.DISK_OUTCOME_DONE;
            case INCOMPLETE -> DiskOutcome.DISK_OUTCOME_INCOMPLETE;
            case REFUSED -> DiskOutcome.DISK_OUTCOME_REFUSED;
            case UNKNOWN -> DiskOutcome.DISK_OUTCOME_UNKNOWN;
        };
    }

    private static List<LockResult> locks(DiskResult result) {
        return result.locks().entrySet().stream()
                .map(e -> ResultProtos.result(e.getKey(), e.getValue()))
                .toList();
    }
}
