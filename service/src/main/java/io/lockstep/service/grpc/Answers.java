package io.lockstep.service.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Answers calls on virtual threads.
 *
 * <p>Not by an annotation on the service: there a call's cancellation waits until the method has returned, and what was taken for
 * a caller has to be given back while it can still be.
 */
public final class Answers {

    private static final Logger LOG = Logger.getLogger(Answers.class);

    private final ExecutorService threads;

    public Answers(ExecutorService threads) {
        this.threads = threads;
    }

    public <T> void one(StreamObserver<T> observer, Supplier<T> answer) {
        run(observer, () -> {
            observer.onNext(answer.get());
            observer.onCompleted();
        });
    }

    public void run(StreamObserver<?> observer, Runnable answer) {
        threads.execute(() -> {
            try {
                answer.run();
            } catch (RuntimeException e) {
                fail(observer, e);
            }
        });
    }

    public static void fail(StreamObserver<?> observer, RuntimeException e) {
        try {
            observer.onError(status(e));
        } catch (RuntimeException gone) {
            LOG.debugf(gone, "a caller went before its answer");
        }
    }

    private static StatusRuntimeException status(RuntimeException e) {
        return switch (e) {
            case StatusRuntimeException known -> known;
            case IllegalArgumentException wrong ->
                Status.INVALID_ARGUMENT.withDescription(wrong.getMessage()).asRuntimeException();
            default -> {
                LOG.error("a call failed by an error of the service itself", e);
                yield Status.INTERNAL
                        .withDescription("an error of the service itself; its log says more: " + e)
                        .asRuntimeException();
            }
        };
    }
}
