package io.lockstep.simulator.server;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lockstep.core.port.LockManagerException;
import java.io.IOException;

/** One answer to one call, or the reason why there is none. */
final class Replies {

    interface Answer<T> {
        T get() throws LockManagerException, IOException;
    }

    private Replies() {}

    static <T> void reply(StreamObserver<T> to, Answer<T> answer) {
        T value;
        try {
            value = answer.get();
        } catch (LockManagerException | IOException e) {
            to.onError(
                    Status.FAILED_PRECONDITION.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (IllegalArgumentException e) {
            to.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            return;
        }
        to.onNext(value);
        to.onCompleted();
    }
}
