package io.lockstep.agent.endpoint;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lockstep.agent.Agent;
import io.lockstep.agent.config.Background;
import io.lockstep.agent.lane.VgLane;
import io.lockstep.core.volume.LockMode;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.AcquireLocksRequest;
import io.lockstep.proto.v1.AcquireLocksResponse;
import io.lockstep.proto.v1.ConvertLocksRequest;
import io.lockstep.proto.v1.ConvertLocksResponse;
import io.lockstep.proto.v1.ListLocksRequest;
import io.lockstep.proto.v1.ListLocksResponse;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.LockServiceGrpc;
import io.lockstep.proto.v1.ReconcileRequest;
import io.lockstep.proto.v1.ReconcileResponse;
import io.lockstep.proto.v1.ReleaseLocksRequest;
import io.lockstep.proto.v1.ReleaseLocksResponse;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.WatchLocksRequest;
import io.lockstep.proto.v1.WatchLocksResponse;
import io.lockstep.service.action.ManualActions;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** {@code LockService}: locks by hand, on volumes that no domain claims. */
@GrpcService
public class LockEndpoint extends LockServiceGrpc.LockServiceImplBase {

    private static final Duration UNCHANGED = Duration.ofSeconds(10);

    private final Agent agent;
    private final Answers answers;
    private final ManualLocks locks;
    private final ManualReconciliation reconciliation;
    private final ActionsByHand actions;

    LockEndpoint(Agent agent, ManualActions actions, @Background ExecutorService threads) {
        this.agent = agent;
        this.actions = new ActionsByHand(agent.host(), actions);
        this.answers = new Answers(threads);
        this.locks = new ManualLocks(agent);
        this.reconciliation = new ManualReconciliation(agent);
    }

    @Override
    public void listLocks(ListLocksRequest request, StreamObserver<ListLocksResponse> answer) {
        answers.one(answer, () -> {
            ListLocksResponse.Builder response = ListLocksResponse.newBuilder();
            lanes(request.getVg())
                    .forEach(l ->
                            response.addLockspaces(AgentProtos.lockspace(l)).addAllLocks(AgentProtos.locks(l)));
            return response.addAllClaims(AgentProtos.claims(agent)).build();
        });
    }

    private Collection<VgLane> lanes(String vg) {
        return agent.lanes().all().stream()
                .filter(l -> vg.isEmpty() || l.vg().value().equals(vg))
                .toList();
    }

    @Override
    public void acquireLocks(AcquireLocksRequest request, StreamObserver<AcquireLocksResponse> answer) {
        answers.one(
                answer,
                () -> AcquireLocksResponse.newBuilder()
                        .addAllResults(change(
                                "acquire",
                                request.getVolumesList(),
                                mode(request.getMode()),
                                request.getRequestedBy(),
                                request.getReason()))
                        .build());
    }

    @Override
    public void convertLocks(ConvertLocksRequest request, StreamObserver<ConvertLocksResponse> answer) {
        answers.one(
                answer,
                () -> ConvertLocksResponse.newBuilder()
                        .addAllResults(change(
                                "convert",
                                request.getVolumesList(),
                                mode(request.getMode()),
                                request.getRequestedBy(),
                                request.getReason()))
                        .build());
    }

    @Override
    public void releaseLocks(ReleaseLocksRequest request, StreamObserver<ReleaseLocksResponse> answer) {
        answers.one(
                answer,
                () -> ReleaseLocksResponse.newBuilder()
                        .addAllResults(change(
                                "release",
                                request.getVolumesList(),
                                LockMode.UNLOCKED,
                                request.getRequestedBy(),
                                request.getReason()))
                        .build());
    }

    private static LockMode mode(io.lockstep.proto.v1.LockMode mode) {
        LockMode asked = Protos.mode(mode);
        if (asked == LockMode.UNLOCKED) {
            throw new IllegalArgumentException("mode: SHARED or EXCLUSIVE; to give a lock up, release it");
        }
        return asked;
    }

    private List<LockResult> change(String verb, List<Volume> volumes, LockMode mode, String by, String reason) {
        List<LockResult> results = locks.change(volumes, mode);
        actions.locks(verb, by, reason, results);
        return results;
    }

    @Override
    public void reconcile(ReconcileRequest request, StreamObserver<ReconcileResponse> answer) {
        answers.one(answer, () -> {
            if (request.getDryRun()) {
                return reconciliation.planned();
            }
            ReconcileResponse done = reconciliation.done();
            actions.reconciled(request.getRequestedBy(), request.getReason(), done);
            return done;
        });
    }

    @Override
    public void watchLocks(WatchLocksRequest request, StreamObserver<WatchLocksResponse> answer) {
        ServerCallStreamObserver<WatchLocksResponse> stream = (ServerCallStreamObserver<WatchLocksResponse>) answer;
        stream.setOnCancelHandler(agent.changes()::happened);
        answers.run(answer, () -> {
            Optional<WatchLocksResponse> last = Optional.empty();
            try {
                while (!stream.isCancelled()) {
                    long revision = agent.changes().revision();
                    WatchLocksResponse.Builder next = WatchLocksResponse.newBuilder();
                    lanes(request.getVg())
                            .forEach(l ->
                                    next.addLockspaces(AgentProtos.lockspace(l)).addAllLocks(AgentProtos.locks(l)));
                    WatchLocksResponse now = next.build();
                    if (stream.isReady() && !last.equals(Optional.of(now))) {
                        stream.onNext(now);
                        last = Optional.of(now);
                    }
                    agent.changes().await(revision, UNCHANGED);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
