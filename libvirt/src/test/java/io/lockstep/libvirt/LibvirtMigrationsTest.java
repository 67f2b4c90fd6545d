package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.Migrations.Ended;
import io.lockstep.core.port.Migrations.Order;
import io.lockstep.libvirt.nativeapi.Migration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** libvirt's test driver migrates nothing: what it says to that goes the same way as a real refusal. */
class LibvirtMigrationsTest {

    private static final DomainUuid NOBODY = DomainUuid.of("00000000-0000-0000-0000-00000000dead");

    private LibvirtMigrations migrations;

    @BeforeAll
    static void libvirt() {
        TestDriver.required();
    }

    @BeforeEach
    void open() {
        migrations = new LibvirtMigrations(TestDriver.DEFAULT, TestDriver.LONG);
    }

    @AfterEach
    void close() {
        migrations.close();
    }

    private static Order order(DomainUuid domain, OptionalLong bandwidth) {
        return new Order(domain, "qemu+ssh://h2/system", true, true, false, bandwidth);
    }

    @Test
    void what_libvirt_refuses_failed_in_its_words() {
        assertThat(migrations.migrate(order(TestDriver.TEST, OptionalLong.empty())))
                .isInstanceOfSatisfying(
                        Ended.Failed.class, f -> assertThat(f.reason()).contains("migration is not supported"));
        assertThat(migrations.migrate(order(NOBODY, OptionalLong.empty())))
                .isInstanceOfSatisfying(
                        Ended.Failed.class, f -> assertThat(f.reason()).contains("Domain not found"));
    }

    @Test
    void a_bandwidth_reaches_libvirt_as_a_parameter_that_it_accepts() {
        assertThat(migrations.migrate(order(TestDriver.TEST, OptionalLong.of(100))))
                .isInstanceOfSatisfying(
                        Ended.Failed.class, f -> assertThat(f.reason()).contains("migration is not supported"));
    }

    @Test
    void a_domain_that_does_not_migrate_has_no_progress_and_nothing_to_cancel() {
        assertThat(migrations.copied(TestDriver.TEST)).isEmpty();
        assertThat(migrations.copied(NOBODY)).isEmpty();
        assertThat(migrations.abort(TestDriver.TEST)).isFalse();
    }

    @Test
    void a_daemon_that_is_not_there_failed_and_did_not_begin() {
        try (LibvirtMigrations away = new LibvirtMigrations("test:///does/not/exist", TestDriver.LONG)) {
            assertThat(away.migrate(order(TestDriver.TEST, OptionalLong.empty())))
                    .isInstanceOfSatisfying(
                            Ended.Failed.class, f -> assertThat(f.reason()).contains("does not answer"));
        }
    }

    @Test
    void a_domain_without_a_definition_is_to_have_none_afterwards() {
        Order order = new Order(TestDriver.TEST, "qemu+ssh://h2/system", true, true, true, OptionalLong.empty());

        assertThat(LibvirtMigrations.flags(order, true))
                .isEqualTo(Migration.LIVE
                        | Migration.PEER_TO_PEER
                        | Migration.PERSIST_ON_TARGET
                        | Migration.UNDEFINE_SOURCE
                        | Migration.AUTO_CONVERGE);
        assertThat(LibvirtMigrations.flags(order, false))
                .isEqualTo(Migration.LIVE | Migration.PEER_TO_PEER | Migration.AUTO_CONVERGE);
    }
}
