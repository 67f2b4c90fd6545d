package io.lockstep.controller.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lockstep.controller.history.History;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.GetVolumeHistoryRequest;
import io.lockstep.proto.v1.GetVolumeHistoryResponse;
import io.lockstep.proto.v1.HistoryServiceGrpc;
import io.lockstep.proto.v1.ListActionsRequest;
import io.lockstep.proto.v1.ListActionsResponse;
import io.lockstep.proto.v1.RecordActionsRequest;
import io.lockstep.proto.v1.RecordActionsResponse;
import io.lockstep.service.action.ActionProtos;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import io.quarkus.virtual.threads.VirtualThreads;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** {@code HistoryService}. */
@GrpcService
public class HistoryGrpcService extends HistoryServiceGrpc.HistoryServiceImplBase {

    private static final int USUAL_LIMIT = 100;

    private final History history;
    private final Answers answers;

    public HistoryGrpcService(History history, @VirtualThreads ExecutorService threads) {
        this.history = history;
        this.answers = new Answers(threads);
    }

    /** All of them or none: what cannot be read as an action is told to the caller before anything is kept. */
    @Override
    public void recordActions(RecordActionsRequest request, StreamObserver<RecordActionsResponse> observer) {
        answers.one(observer, () -> {
            request.getActionsList().stream().map(ActionProtos::action).toList().forEach(history::done);
            return RecordActionsResponse.getDefaultInstance();
        });
    }

    @Override
    public void listActions(ListActionsRequest request, StreamObserver<ListActionsResponse> observer) {
        answers.one(observer, () -> {
            if (request.getLimit() < 0) {
                throw new IllegalArgumentException("limit: " + request.getLimit() + " is negative");
            }
            Optional<String> host = request.getHost().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Protos.host(request.getHost()).value());
            return ListActionsResponse.newBuilder()
                    .addAllActions(there(history.actions(
                                    host,
                                    since(request.hasSince(), request.getSince()),
                                    request.getLimit() == 0 ? USUAL_LIMIT : request.getLimit()))
                            .stream()
                            .map(ActionProtos::message)
                            .toList())
                    .build();
        });
    }

    @Override
    public void getVolumeHistory(GetVolumeHistoryRequest request, StreamObserver<GetVolumeHistoryResponse> observer) {
        answers.one(observer, () -> {
            History.OfVolume found =
                    there(history.of(Protos.name(request.getVolume()), since(request.hasSince(), request.getSince())));
            return GetVolumeHistoryResponse.newBuilder()
                    .addAllHoldings(found.holdings().stream()
                            .map(HistoryMessages::holding)
                            .toList())
                    .addAllActions(
                            found.actions().stream().map(ActionProtos::message).toList())
                    .build();
        });
    }

    private static Optional<Instant> since(boolean set, com.google.protobuf.Timestamp at) {
        return set ? Optional.of(Protos.time(at)) : Optional.empty();
    }

    private <T> T there(Optional<T> read) {
        return read.orElseThrow(() -> Status.UNAVAILABLE
                .withDescription("the controller's database does not work: " + history.problem())
                .asRuntimeException());
    }
}
