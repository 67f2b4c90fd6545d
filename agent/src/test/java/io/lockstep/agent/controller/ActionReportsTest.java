package io.lockstep.agent.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.proto.v1.ManualAction;
import io.lockstep.proto.v1.RecordActionsRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActionReportsTest {

    private final List<RecordActionsRequest> taken = new ArrayList<>();
    private boolean away;
    private final ActionReports reports = new ActionReports(request -> !away && taken.add(request), this::soon);

    private void soon() {
        reports.send();
    }

    private void release(String volume) {
        reports.done(
                io.lockstep.service.action.ManualAction.of(Instant.EPOCH, "ada", "release", "h1", "old", "released")
                        .volumes(List.of(volume)));
    }

    @Test
    void an_action_is_told_at_once_with_who_what_and_why() {
        release("vg0/web-root");

        assertThat(taken)
                .singleElement()
                .satisfies(r -> assertThat(r.getActionsList()).singleElement().satisfies(a -> {
                    assertThat(a.getRequestedBy()).isEqualTo("ada");
                    assertThat(a.getAction()).isEqualTo("release");
                    assertThat(a.getHost()).isEqualTo("h1");
                    assertThat(a.getReason()).isEqualTo("old");
                    assertThat(a.getResult()).isEqualTo("released");
                    assertThat(a.getVolumes(0).getVg()).isEqualTo("vg0");
                    assertThat(a.getVolumes(0).getLv()).isEqualTo("web-root");
                }));
    }

    @Test
    void what_no_controller_takes_is_told_when_one_is_back_in_its_order_and_once() {
        away = true;
        release("vg0/a");
        release("vg0/b");
        assertThat(taken).isEmpty();

        away = false;
        reports.send();
        reports.send();

        assertThat(taken)
                .singleElement()
                .satisfies(r -> assertThat(r.getActionsList())
                        .extracting(a -> a.getVolumes(0).getLv())
                        .containsExactly("a", "b"));
        assertThat(taken.getFirst().getActionsList())
                .extracting(ManualAction::getId)
                .doesNotHaveDuplicates();
    }

    @Test
    void a_controller_that_is_away_for_long_costs_the_oldest_and_no_memory() {
        away = true;
        for (int i = 0; i < 1100; i++) {
            release("vg0/v" + i);
        }
        away = false;
        reports.send();

        assertThat(taken.stream()
                        .mapToInt(RecordActionsRequest::getActionsCount)
                        .sum())
                .isEqualTo(1000);
        assertThat(taken.getFirst().getActions(0).getVolumes(0).getLv()).isEqualTo("v100");
    }
}
