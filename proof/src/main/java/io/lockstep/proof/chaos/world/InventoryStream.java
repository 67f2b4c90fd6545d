package io.lockstep.proof.chaos.world;

import io.lockstep.agent.endpoint.AgentProtos;
import io.lockstep.controller.grpc.AgentMessages;
import io.lockstep.controller.host.Agents;
import io.lockstep.controller.host.Inventory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The stream of one agent's inventories to one controller: with every change, and every two seconds without one. A partition holds up
 * what is under way, a killed agent ends the stream, a host without power says nothing any more.
 */
final class InventoryStream {

    private static final Duration LOOK = Duration.ofMillis(400);
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private final ControllerProcess controller;
    private final ChaosHost host;
    private final World world;
    private final Agents.InventoryListener listener;
    private Optional<AgentProcess> agent = Optional.empty();
    private long revision = -1;
    private Instant sentAt = Instant.MIN;
    private Instant arrivesAt = Instant.MIN;
    private boolean ended;

    InventoryStream(ControllerProcess controller, ChaosHost host, World world, Agents.InventoryListener listener) {
        this.controller = controller;
        this.host = host;
        this.world = world;
        this.listener = listener;
    }

    void open() {
        world.timeline().after(world.network().delay(), () -> {
            agent = world.network().controllerReaches(host.name())
                    ? host.running().filter(AgentProcess::answers)
                    : Optional.empty();
            if (agent.isEmpty()) {
                end("its agent cannot be reached");
            } else {
                look();
            }
        });
    }

    void cancel() {
        ended = true;
    }

    private void end(String why) {
        if (!ended && !controller.life().over()) {
            ended = true;
            controller.tell(c -> listener.ended(why));
        }
    }

    private void look() {
        if (ended || controller.life().over()) {
            return;
        }
        AgentProcess sender = agent.orElseThrow();
        if (sender.life().over()) {
            if (host.simulated().storage().powered() && world.network().controllerReaches(host.name())) {
                end("connection reset by peer");
            }
        } else if (world.network().controllerReaches(host.name())) {
            send(sender);
        }
        world.timeline().after(LOOK, this::look);
    }

    private void send(AgentProcess sender) {
        Instant now = world.timeline().instant();
        long latest = sender.agent().changes().revision();
        if (latest == revision && now.isBefore(sentAt.plus(HEARTBEAT))) {
            return;
        }
        revision = latest;
        sentAt = now;
        Inventory inventory = AgentMessages.inventory(AgentProtos.inventory(sender.agent(), "chaos", "enforce", now));
        // A stream keeps its order.
        Instant arrives = now.plus(world.network().delay());
        arrivesAt = arrives.isAfter(arrivesAt) ? arrives : arrivesAt.plusMillis(1);
        world.timeline().after(Duration.between(now, arrivesAt), () -> arrived(inventory));
    }

    private void arrived(Inventory inventory) {
        if (!ended && !controller.life().over() && world.network().controllerReaches(host.name())) {
            controller.tell(c -> listener.inventory(inventory));
        }
    }
}
