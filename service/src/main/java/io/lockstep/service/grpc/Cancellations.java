package io.lockstep.service.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Prioritized;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Tells a call that its caller has gone, or that the caller's deadline has passed, which comes as the same reset.
 *
 * <p>gRPC on Vert.x 4.5 does not: a reset that comes after the request's last message, as every cancellation of a unary or
 * server-streaming call does, is told to the HTTP response alone, and its bridge listens to the request.
 *
 * <p>Nor is such a call answered any more. Vert.x would write to a stream that is gone, take that for an error of the connection, and
 * end it (GOAWAY, PROTOCOL_ERROR) with every other call on it.
 */
@GlobalInterceptor
@ApplicationScoped
public class Cancellations implements ServerInterceptor, Prioritized {

    private static final Logger LOG = Logger.getLogger(Cancellations.class);

    private static final String REQUEST = Cancellations.class.getName();
    private static final int BEFORE_ALL_FILTERS = 1000;

    /** Outside of the interceptor that moves the call to a context of its own, where the request is not to be found. */
    private static final int OUTERMOST = Integer.MAX_VALUE;

    void keep(@Observes Filters filters) {
        filters.register(
                request -> {
                    Context context = Vertx.currentContext();
                    if (context != null) {
                        context.putLocal(REQUEST, request);
                    }
                    request.next();
                },
                BEFORE_ALL_FILTERS);
    }

    @Override
    public int getPriority() {
        return OUTERMOST;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Context context = Vertx.currentContext();
        RoutingContext request = context == null ? null : context.getLocal(REQUEST);
        if (context == null || request == null) {
            return new Once<>(next.startCall(call, headers));
        }
        Unreset<Q, R> answered = new Unreset<>(call, context);
        Once<Q> listener = new Once<>(next.startCall(answered, headers));
        request.addEndHandler(end -> {
            if (end.failed()) {
                answered.reset();
                listener.onCancel();
            }
        });
        return listener;
    }

    /** A call that is answered as long as its caller has not reset it. */
    private static final class Unreset<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Context context;
        private volatile boolean reset;

        Unreset(ServerCall<Q, R> delegate, Context context) {
            super(delegate);
            this.context = context;
        }

        void reset() {
            reset = true;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            write(() -> super.sendHeaders(headers));
        }

        @Override
        public void sendMessage(R message) {
            write(() -> super.sendMessage(message));
        }

        @Override
        public void close(Status status, Metadata trailers) {
            write(() -> super.close(status, trailers));
        }

        /** On the thread that hears resets, so that none comes between the look and the writing. */
        private void write(Runnable what) {
            context.runOnContext(none -> {
                if (reset) {
                    return;
                }
                try {
                    what.run();
                } catch (RuntimeException e) {
                    LOG.warn("a call's answer could not be sent", e);
                }
            });
        }
    }

    private static final class Once<Q> extends SimpleForwardingServerCallListener<Q> {
        private final AtomicBoolean over = new AtomicBoolean();

        Once(ServerCall.Listener<Q> delegate) {
            super(delegate);
        }

        @Override
        public void onCancel() {
            if (over.compareAndSet(false, true)) {
                super.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (over.compareAndSet(false, true)) {
                super.onComplete();
            }
        }
    }
}
