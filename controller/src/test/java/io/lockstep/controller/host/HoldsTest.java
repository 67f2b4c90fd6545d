package io.lockstep.controller.host;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.NAME;
import static io.lockstep.controller.fake.Samples.ROOT;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Inventory;
import io.lockstep.proto.v1.VolumeLock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldsTest {

    private static final Instant THEN = Instant.parse("2026-11-22T20:00:00Z");

    private final List<List<Hold>> told = new ArrayList<>();
    private final Holds holds = new Holds(new HostHistory() {
        @Override
        public void registered(Registration registration) {}

        @Override
        public void forgotten(HostName host) {}

        @Override
        public void holds(HostName host, Instant asOf, List<Hold> now) {
            told.add(now);
        }
    });
    private int second;

    /** The inventory of another five seconds later. */
    private void arrives(Inventory.Builder message) {
        second += 5;
        Inventory now = message.setAt(Protos.time(THEN.plusSeconds(second))).build();
        holds.inventory(
                new io.lockstep.controller.host.Inventory(
                        A, "boot-1", true, Map.of(), Map.of(), Set.of(), List.of(), Map.of(), now),
                THEN);
    }

    private static Inventory.Builder holding(LockMode mode) {
        return Inventory.newBuilder()
                .setHost(A.value())
                .addLocks(VolumeLock.newBuilder().setVolume(Protos.volume(ROOT)).setMode(Protos.mode(mode)));
    }

    private static Claim claim() {
        return Claim.newBuilder()
                .setVolume(Protos.volume(ROOT))
                .setDomainUuid(WEB.toString())
                .setDomainName(NAME)
                .setMode(Protos.mode(LockMode.EXCLUSIVE))
                .build();
    }

    @Test
    void what_is_held_is_told_first_and_then_whenever_it_has_changed() {
        arrives(holding(LockMode.EXCLUSIVE));
        arrives(holding(LockMode.EXCLUSIVE));
        arrives(holding(LockMode.SHARED));
        arrives(holding(LockMode.SHARED));
        arrives(Inventory.newBuilder().setHost(A.value()));

        assertThat(told)
                .extracting(h -> h.stream().map(Hold::mode).toList())
                .containsExactly(List.of(LockMode.EXCLUSIVE), List.of(LockMode.SHARED), List.of());
    }

    @Test
    void a_domain_that_claims_a_volume_that_is_held_is_told() {
        arrives(holding(LockMode.EXCLUSIVE));
        arrives(holding(LockMode.EXCLUSIVE).addClaims(claim()));

        assertThat(told).extracting(h -> List.copyOf(h.getFirst().domains())).containsExactly(List.of(), List.of(NAME));
    }

    @Test
    void a_volume_that_is_listed_and_not_locked_is_not_held() {
        arrives(holding(LockMode.UNLOCKED));
        arrives(Inventory.newBuilder().setHost(A.value()));

        assertThat(told).as("that nothing is held, once").containsExactly(List.of());
    }

    @Test
    void an_inventory_that_cannot_be_read_changes_nothing() {
        arrives(holding(LockMode.EXCLUSIVE));
        arrives(holding(LockMode.EXCLUSIVE).addLocks(VolumeLock.getDefaultInstance()));
        arrives(holding(LockMode.EXCLUSIVE));

        assertThat(told).hasSize(1);
    }
}
