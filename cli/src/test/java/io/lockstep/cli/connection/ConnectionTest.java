package io.lockstep.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.netty.GrpcSslContexts;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.cli.fake.TestCertificate;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {

    @TempDir
    Path directory;

    @Test
    void a_controller_that_is_down_is_one_line_with_what_was_tried_and_how_to_check() {
        try (FakeCluster cluster = new FakeCluster()) {
            cluster.stop("controller");

            Ctl.Run run = Ctl.of(cluster).run("hosts");

            assertThat(run.out()).isEmpty();
            assertThat(cluster.readable(run.err()))
                    .isEqualTo("lockstepctl: no controller answers: controller:7600 (connection refused)."
                            + " Check there: systemctl status lockstep-controller."
                            + " Name another with --controller HOST:PORT\n");
            assertThat(run.exit()).isEqualTo(3);
        }
    }

    @Test
    void several_controllers_are_tried_in_order() {
        try (FakeCluster dead = new FakeCluster();
                FakeCluster alive = new FakeCluster()) {
            dead.stop("controller");
            alive.host("h1");

            Ctl.Run run = Ctl.alone()
                    .run("hosts", "--controller", dead.endpoint("controller") + "," + alive.endpoint("controller"));

            assertThat(run.out()).contains("h1    connected");
            assertThat(run.exit()).isZero();
        }
    }

    @Test
    void an_option_wins_over_the_environment_and_that_over_the_file() throws IOException {
        try (FakeCluster one = new FakeCluster();
                FakeCluster other = new FakeCluster()) {
            one.host("h1");
            other.host("h2");
            Path conf = Files.writeString(
                    directory.resolve("ctl.conf"), "# ours\ncontroller=" + one.endpoint("controller") + "\n");
            String there = other.endpoint("controller");

            assertThat(Ctl.alone().run("hosts", "--config", conf.toString()).out())
                    .contains("h1");
            assertThat(Ctl.of(other).run("hosts", "--config", conf.toString()).out())
                    .contains("h2");
            assertThat(Ctl.of(one).run("hosts", "--controller", there).out()).contains("h2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h1", "h1:", "h1:0", "h1:65536", ":7601", "http://h1:7601", "a,b:1", ""})
    void an_endpoint_that_is_none_is_refused_with_an_example(String endpoint) {
        Ctl.Run run = Ctl.alone().run("hosts", "--controller", endpoint);

        assertThat(run.err()).startsWith("lockstepctl: controller: \"").contains("is not HOST:PORT, for example");
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void an_ipv6_address_stands_in_brackets() {
        assertThat(Endpoint.of("[::1]:7601")).isEqualTo(new Endpoint("[::1]", 7601));
    }

    @Test
    void a_host_name_that_does_not_resolve_is_said_so() {
        assertThat(Ctl.alone()
                        .run("hosts", "--controller", "nosuch.invalid:7601")
                        .err())
                .contains("nosuch.invalid:7601 (no such host name)");
    }

    @Test
    void with_certificates_both_ends_prove_who_they_are() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        SslContext server = GrpcSslContexts.forServer(
                        certificate.certificate().toFile(), certificate.key().toFile())
                .trustManager(certificate.certificate().toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
        try (FakeCluster cluster = new FakeCluster(Optional.of(server))) {
            cluster.host("h1");
            Path conf = Files.write(
                    directory.resolve("ctl.conf"),
                    List.of(
                            "ca=" + certificate.certificate(),
                            "cert=" + certificate.certificate(),
                            "key=" + certificate.key()));
            Path anonymous = Files.writeString(directory.resolve("anonymous.conf"), "ca=" + certificate.certificate());

            assertThat(Ctl.of(cluster).run("hosts", "--config", conf.toString()).out())
                    .contains("h1    connected");
            // The agent's certificate must carry the host's name, wherever its endpoint is.
            assertThat(Ctl.of(cluster)
                            .run("reconcile", "--host", "h1", "--config", conf.toString())
                            .err())
                    .isEqualTo("no drift\n");
            assertThat(Ctl.of(cluster)
                            .run("hosts", "--config", anonymous.toString())
                            .exit())
                    .isEqualTo(3);
            assertThat(Ctl.of(cluster).run("hosts").exit()).isEqualTo(3);
        }
    }

    @Test
    void a_certificate_for_another_name_is_not_accepted() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        SslContext server = GrpcSslContexts.forServer(
                        certificate.certificate().toFile(), certificate.key().toFile())
                .build();
        try (FakeCluster cluster = new FakeCluster(Optional.of(server))) {
            cluster.host("h2");
            Path conf = Files.writeString(directory.resolve("ctl.conf"), "ca=" + certificate.certificate());

            Ctl.Run run = Ctl.of(cluster).run("reconcile", "--host", "h2", "--config", conf.toString());

            assertThat(run.err()).contains("the agent of h2").contains("TLS: ");
            assertThat(run.exit()).isEqualTo(3);
        }
    }

    @Test
    void a_configuration_that_makes_no_sense_is_refused_with_its_line() throws IOException {
        Path conf = Files.writeString(directory.resolve("ctl.conf"), "controller=h1:7601\ncontroler=h2:7601\n");

        Ctl.Run run = Ctl.alone().run("hosts", "--config", conf.toString());

        assertThat(run.err())
                .isEqualTo("lockstepctl: " + conf
                        + ": line 2: \"controler\" is not one of controller=, ca=, cert=, key=\n");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(Ctl.alone().run("hosts", "--config", "/no/such.conf").err())
                .isEqualTo("lockstepctl: there is no configuration file /no/such.conf\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CtlConfig.parse(List.of("cert=/a.pem", "ca=/b.pem")))
                .withMessageContaining("cert and key go together");
    }
}
