package io.lockstep.core.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActionMappingTest {

    @ParameterizedTest
    @CsvSource({
        "MIGRATE, SHARED",
        "RESTORE, EXCLUSIVE",
        "PREPARE, EXCLUSIVE",
        "START, NONE",
        "STARTED, NONE",
        "STOPPED, NONE",
        "RELEASE, UNLOCK",
        "RECONNECT, NONE",
        "ATTACH, NONE"
    })
    void by_default_locks_are_taken_at_prepare_and_given_back_at_release(HookOperation operation, HookAction action) {
        assertThat(ActionMapping.defaults().action(operation)).isEqualTo(action);
    }

    @Test
    void an_operation_is_remapped_in_a_copy() {
        ActionMapping defaults = ActionMapping.defaults();
        ActionMapping changed = defaults.with(HookOperation.STOPPED, HookAction.UNLOCK);
        assertThat(changed.action(HookOperation.STOPPED)).isEqualTo(HookAction.UNLOCK);
        assertThat(changed.action(HookOperation.PREPARE)).isEqualTo(HookAction.EXCLUSIVE);
        assertThat(defaults).isEqualTo(ActionMapping.defaults());
    }

    @ParameterizedTest
    @EnumSource(value = HookAction.class, mode = EnumSource.Mode.EXCLUDE, names = "SHARED")
    void migrate_cannot_be_remapped(HookAction action) {
        assertThatThrownBy(() -> ActionMapping.defaults().with(HookOperation.MIGRATE, action))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Lockstep opens the handover");
        assertThat(ActionMapping.defaults().with(HookOperation.MIGRATE, HookAction.SHARED))
                .isEqualTo(ActionMapping.defaults());
    }

    @ParameterizedTest
    @CsvSource({
        "RELEASE, EXCLUSIVE",
        "RELEASE, SHARED",
        "STOPPED, EXCLUSIVE",
        "PREPARE, UNLOCK",
        "RESTORE, UNLOCK",
        "STARTED, UNLOCK",
        "RECONNECT, UNLOCK"
    })
    void locks_are_not_taken_from_the_living_nor_given_to_the_dead(HookOperation operation, HookAction action) {
        assertThatThrownBy(() -> ActionMapping.defaults().with(operation, action))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(operation.word() + " cannot be mapped to " + action.word());
    }

    @Test
    void a_verdicts_reason_is_one_line() {
        assertThat(new Verdict.Refuse(" held by h2\n\n  run: x \n").reason()).isEqualTo("held by h2; run: x");
        assertThat(new Verdict.Refuse(" \n").reason()).isEqualTo("no reason given");
    }

    @Test
    void words_are_read_as_they_are_written() {
        for (HookAction action : HookAction.values()) {
            assertThat(HookAction.of(action.word())).isEqualTo(action);
        }
        for (Enforcement enforcement : Enforcement.values()) {
            assertThat(Enforcement.of(enforcement.word())).isEqualTo(enforcement);
        }
        for (HookOperation operation : HookOperation.values()) {
            assertThat(HookOperation.of(operation.word())).contains(operation);
        }
        assertThat(HookOperation.of("hibernate")).isEmpty();
        assertThatThrownBy(() -> HookAction.of("share")).hasMessageContaining("use exclusive, shared, unlock or none");
        assertThatThrownBy(() -> Enforcement.of("on")).hasMessageContaining("use enforce, observe or off");
    }
}
