package io.lockstep.agent.endpoint;

import io.lockstep.agent.Agent;
import io.lockstep.agent.config.AgentConfig;
import io.lockstep.agent.work.Deadline;
import io.lockstep.agent.work.SteadyClock;
import io.lockstep.core.hook.HookEvent;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.hook.Verdict;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/hook?name=…&operation=…&suboperation=…&extra=…} with the domain XML as the body, on the unix socket only.
 *
 * <p>200 allows (a body is what the hook prints for libvirt), 409 refuses with the reason as text, 503 asks to come again because
 * the agent is starting. A caller that goes away cancels its call.
 */
@ApplicationScoped
public class HookEndpoint {

    private static final Logger LOG = Logger.getLogger(HookEndpoint.class);
    private static final Duration VERDICT = Duration.ofSeconds(60);

    /** A little more than a domain's XML may have, so that the refusal is the XML's and names its size. */
    private static final long LARGEST = 9L << 20;

    private final Agent agent;
    private final PeerGuard guard;
    private final Duration limit;

    HookEndpoint(Agent agent, AgentConfig config) {
        this.agent = agent;
        this.guard = new PeerGuard();
        this.limit = Duration.ofNanos(Math.round(VERDICT.toNanos() * config.deadlineScale()));
    }

    void route(@Observes Router router) {
        router.post("/v1/hook").handler(this::admit);
        router.post("/v1/hook")
                .handler(BodyHandler.create(false).setBodyLimit(LARGEST))
                .handler(this::receive);
    }

    /** Before anything of the body is read. */
    private void admit(RoutingContext context) {
        Optional<String> stranger = guard.refusal(context.request());
        if (stranger.isPresent()) {
            answer(context.response(), 403, stranger.get());
        } else if (!agent.started()) {
            answer(context.response(), 503, "the agent is starting");
        } else {
            context.next();
        }
    }

    private void receive(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<HookOperation> operation = HookOperation.of(
                Optional.ofNullable(request.getParam("operation")).orElse(""));
        String name = Optional.ofNullable(request.getParam("name")).orElse("");
        if (operation.isEmpty() || name.isEmpty()) {
            answer(
                    context.response(),
                    400,
                    "wanted: POST /v1/hook?name=DOMAIN&operation=OPERATION with the domain XML as the body;"
                            + " operation is one of libvirt's, such as prepare, migrate or release");
            return;
        }
        AtomicBoolean gone = new AtomicBoolean();
        request.connection().closeHandler(closed -> gone.set(true));
        byte[] xml = context.body().buffer() == null
                ? new byte[0]
                : context.body().buffer().getBytes();
        HookEvent event = new HookEvent(
                name,
                operation.get(),
                Optional.ofNullable(request.getParam("suboperation")).orElse("-"),
                Optional.ofNullable(request.getParam("extra")).orElse("-"),
                xml);
        Deadline deadline = Deadline.in(asked(request), SteadyClock.CLOCK).orWhen(gone::get);
        Thread.ofVirtual().name("hook-" + name).start(() -> decide(event, deadline, context.response()));
    }

    /** The caller's own deadline is later than ours, unless it says otherwise. */
    private Duration asked(HttpServerRequest request) {
        String millis = request.getHeader("Lockstep-Deadline-Ms");
        if (millis == null) {
            return limit;
        }
        try {
            // What is left after the answer has to travel back before the caller gives up.
            Duration told =
                    Duration.ofMillis(Long.parseLong(millis)).multipliedBy(9).dividedBy(10);
            return told.compareTo(limit) < 0 ? told : limit;
        } catch (NumberFormatException e) {
            LOG.debugf(e, "Lockstep-Deadline-Ms: %s", millis);
            return limit;
        }
    }

    private void decide(HookEvent event, Deadline deadline, HttpServerResponse response) {
        Verdict verdict;
        try {
            verdict = agent.verdict(event, deadline);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s", event);
            answer(response, 500, "the agent failed: " + e);
            return;
        }
        switch (verdict) {
            case Verdict.Allow allow -> {
                response.putHeader("Content-Type", "application/xml").setStatusCode(200);
                response.end(allow.output().orElse(""));
            }
            case Verdict.Refuse refuse -> answer(response, 409, refuse.reason());
        }
    }

    private static void answer(HttpServerResponse response, int status, String text) {
        response.putHeader("Content-Type", "text/plain; charset=utf-8")
                .setStatusCode(status)
                .end(text + "\n");
    }
}
