package io.lockstep.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.agent.Agent;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.hook.HookAction;
import io.lockstep.core.hook.HookOperation;
import io.lockstep.core.volume.VgName;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final DomainUuid WEB = DomainUuid.of("11111111-0000-0000-0000-000000000001");

    private static Agent.Settings with(Map<String, String> settings) {
        return Settings.of(config(settings));
    }

    @Test
    void other_hosts_reach_libvirt_here_by_ssh_unless_something_else_is_set() {
        assertThat(Settings.migrateUri(config(Map.of("lockstep.host", "h1")))).isEqualTo("qemu+ssh://h1/system");
        assertThat(Settings.migrateUri(
                        config(Map.of("lockstep.host", "h1", "lockstep.migrate-uri", "qemu+tcp://10.0.0.1/system"))))
                .isEqualTo("qemu+tcp://10.0.0.1/system");
        assertThatThrownBy(() -> Settings.migrateUri(config(Map.of("lockstep.migrate-uri", "h1"))))
                .hasMessage("lockstep.migrate-uri: \"h1\" is not a libvirt URI, as for example qemu+ssh://h1/system");
    }

    private static AgentConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(AgentConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(AgentConfig.class);
    }

    @Test
    void deadlines_nest_and_scale_together() {
        Agent.Settings plain = with(Map.of());
        Agent.Settings halved = with(Map.of("lockstep.deadline-scale", "0.5"));

        assertThat(plain.policy().begin())
                .isEqualTo(Duration.ofSeconds(55))
                .isLessThan(plain.policy().verdict());
        assertThat(halved.policy().verdict()).isEqualTo(Duration.ofSeconds(30));
        assertThat(halved.policy().begin()).isLessThan(halved.policy().verdict());
    }

    @Test
    void a_domain_is_treated_as_configured_for_it_then_for_its_strictest_group_then_for_the_host() {
        var policy = with(Map.of(
                        "lockstep.enforcement", "observe",
                        "lockstep.enforcement-of-group.vg1", "enforce",
                        "lockstep.enforcement-of-group.scratch", "off",
                        "lockstep.enforcement-of-domain.lab", "off"))
                .policy();

        assertThat(policy.of(WEB, "web", List.of(new VgName("vg0")))).isEqualTo(Enforcement.OBSERVE);
        assertThat(policy.of(WEB, "web", List.of(new VgName("vg0"), new VgName("vg1"))))
                .isEqualTo(Enforcement.ENFORCE);
        assertThat(policy.of(WEB, "lab", List.of(new VgName("vg1")))).isEqualTo(Enforcement.OFF);
        assertThat(policy.manages(new VgName("scratch"))).isFalse();
        assertThat(policy.manages(new VgName("vg0"))).isTrue();
    }

    @Test
    void operations_can_be_mapped() {
        var actions =
                with(Map.of("lockstep.actions.stopped", "unlock")).policy().actions();

        assertThat(actions.action(HookOperation.STOPPED)).isEqualTo(HookAction.UNLOCK);
        assertThat(actions.action(HookOperation.PREPARE)).isEqualTo(HookAction.EXCLUSIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "lockstep.enforcement, maybe, use enforce",
        "lockstep.enforcement-of-group.vg0, strict, use enforce",
        "lockstep.actions.fly, none, libvirt has no such operation",
        "lockstep.actions.prepare, exclusively, use exclusive",
        "lockstep.actions.migrate, none, lockstep.actions.migrate",
        "lockstep.deadline-scale, 0, not between",
    })
    void a_setting_that_makes_no_sense_is_named(String setting, String value, String message) {
        assertThatThrownBy(() -> with(Map.of(setting, value)))
                .hasMessageContaining(setting)
                .hasMessageContaining(message);
    }
}
