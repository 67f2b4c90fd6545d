package io.lockstep.controller.host;

import io.lockstep.controller.host.Agents.Agent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One host, and the state of its stream.
 *
 * <p>Guarantee: while its stream is not open, or has not been heard for too long, it is not connected, whatever its last inventory
 * said. Guarded by the lock of {@link Hosts}.
 */
final class KnownHost {

    Registration registration;
    /** When it said so itself; never, when it is known from the database alone. */
    Instant registeredAt = Instant.EPOCH;

    Agent agent;
    Agents.@Nullable Stream stream;
    long streamNumber;
    boolean open;
    Instant streamSince = Instant.EPOCH;
    boolean heard;

    @Nullable
    Instant seenAt;

    @Nullable
    Inventory inventory;

    int failures;
    Instant redialAt;
    String problem = "it has not been reached since the controller started";

    KnownHost(Registration registration, Agent agent, Instant redialAt) {
        this.registration = registration;
        this.agent = agent;
        this.redialAt = redialAt;
    }

    HostView view(Instant now, Duration silentAfter) {
        boolean connected = connected(now, silentAfter);
        return new HostView(
                registration,
                connected,
                Optional.ofNullable(seenAt),
                Optional.ofNullable(inventory),
                connected ? "" : open ? "its agent has not sent its inventory yet" : problem);
    }

    boolean connected(Instant now, Duration silentAfter) {
        return heard && !silent(now, silentAfter);
    }

    /** Whether its stream is open and has brought nothing for too long. */
    boolean silent(Instant now, Duration silentAfter) {
        Instant lastSign = heard && seenAt != null ? seenAt : streamSince;
        return open && !now.isBefore(lastSign.plus(silentAfter));
    }

    void heard(Inventory now, Instant at) {
        heard = true;
        seenAt = at;
        inventory = now;
        failures = 0;
    }

    /** Its stream counts no longer. */
    void lost(String reason, List<Runnable> after) {
        Agents.Stream lost = stream;
        if (lost != null) {
            after.add(lost::cancel);
        }
        stream = null;
        open = false;
        heard = false;
        problem = reason;
    }

    void redialNow(Instant now) {
        failures = 0;
        redialAt = now;
    }
}
