package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./lockstep dist}, and what its install and uninstall do to the image of a host. In the order of a host's life. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallIT extends HostImage {

    /** An AOT cache is made only when the service got as far as being ready, on the runtime of the distribution. */
    @Test
    @Order(1)
    void a_host_gets_programs_that_start_with_the_runtime_that_comes_with_them() throws Exception {
        Result installed = install(dist, "--agent", "--controller");

        assertThat(installed.output()).contains("reload libvirt now").doesNotContain("AOT cache");
        assertThat(run(Map.of(), lib.resolve("hook/make-aot").toString(), "--check"))
                .isEqualTo(new Result(0, "lockstep-hook.aot fits\n"));
        assertThat(run(
                                Map.of("LOCKSTEP_CLI_HOME", lib.resolve("cli").toString(), "JAVA_HOME", "/nonexistent"),
                                host.resolve("usr/bin/lockstepctl").toString(),
                                "version")
                        .output())
                .startsWith("lockstepctl ");
        assertThat(mode("etc/lockstep")).isEqualTo("rwxr-xr-x");
        assertThat(run(Map.of(), lib.resolve("kill-vg").toString()).output()).isEqualTo("usage: kill-vg VG\n");
        assertThat(host.resolve("etc/systemd/system/multi-user.target.wants/lockstep-agent.service"))
                .isSymbolicLink();
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {"agent", "controller"})
    void an_installed_service_uses_its_aot_cache_only_with_the_jars_of_the_cache(String service) throws Exception {
        String program = lib.resolve("service/run").toString();
        assertThat(run(Map.of(), program, service, "--check"))
                .satisfies(r -> assertThat(r.status()).as(r.output()).isZero());

        Path jar = lib.resolve(service + "/app/lockstep-" + service + ".jar").toRealPath();
        FileTime time = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(jar, FileTime.from(time.toInstant().plusSeconds(1)));
        assertThat(run(Map.of(), program, service, "--check").status()).isOne();
        Files.setLastModifiedTime(jar, time);
    }

    @Test
    @Order(2)
    void the_installed_hook_runs_its_program_and_refuses_without_an_agent() throws Exception {
        Path conf = Files.writeString(
                directory.resolve("hook.conf"),
                "HOME=" + lib.resolve("hook") + "\nSOCKET=" + directory.resolve("none.sock") + "\nCONNECT_SECONDS=0\n");
        Path hook = host.resolve("etc/libvirt/hooks/qemu.d/50-lockstep");
        assertThat(hook).content().contains("home=/usr/lib/lockstep/hook\n").doesNotContain(host.toString());

        Result refused = run(
                Map.of("LOCKSTEP_HOOK_CONF", conf.toString(), "JAVA_HOME", "/nonexistent"),
                hook.toString(),
                "web",
                "prepare",
                "begin",
                "-");

        assertThat(refused.status()).isOne();
        assertThat(refused.output()).startsWith("lockstep: prepare refused: the agent does not accept a connection");
    }

    @Test
    @Order(3)
    void installing_again_changes_nothing_and_keeps_settings() throws Exception {
        Path settings =
                Files.writeString(host.resolve("etc/lockstep/agent.yaml"), "lockstep:\n  enforcement: observe\n");
        Path cache = lib.resolve("hook/lockstep-hook.aot");
        var before = Files.getLastModifiedTime(cache);

        Result again = install(dist);

        assertThat(again.output()).contains("libvirt needs no reload");
        assertThat(settings).content().contains("observe");
        assertThat(Files.getLastModifiedTime(cache)).isEqualTo(before);
        assertThat(versions()).hasSize(1);
    }

    @Test
    @Order(4)
    void an_upgrade_switches_all_programs_at_once_and_keeps_the_former_version_for_what_runs() throws Exception {
        Path former = lib.resolve("current").toRealPath();
        Path next = directory.resolve("next");
        assertThat(run(Map.of(), "cp", "-a", dist.toString(), next.toString()).status())
                .isZero();
        Files.writeString(next.resolve("ID"), "next\n");

        install(next);

        Path now = lib.resolve("current").toRealPath();
        assertThat(now.getFileName()).hasToString("next");
        for (String part : List.of("agent", "controller", "cli", "hook", "runtime", "service")) {
            assertThat(lib.resolve(part).toRealPath()).isEqualTo(now.resolve(part));
        }
        assertThat(versions()).containsExactlyInAnyOrder(former, now);
        assertThat(run(Map.of(), lib.resolve("hook/make-aot").toString(), "--check")
                        .status())
                .isZero();
    }

    /** The hook is there by now, and whether libvirt has seen one is not known: an earlier run may have been ended before. */
    @Test
    @Order(5)
    void a_libvirt_that_cannot_be_reloaded_fails_the_installation() throws Exception {
        Path tools =
                tools(Map.of("systemctl", "case $* in show*) echo MainPID=0 ;; 'reload libvirtd'*) exit 1 ;; esac"));

        Result failed = run(
                Map.of(LIVE, tools.toString()),
                directory.resolve("next/install").toString(),
                "--root",
                host.toString());

        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.output()).contains("libvirtd may not see it", "systemctl reload libvirtd");
    }

    /** Nothing tells from the files alone what runs: a former run may have switched and not restarted. */
    @Test
    @Order(5)
    void what_runs_in_another_version_is_restarted_and_keeps_its_files_until_then() throws Exception {
        Path now = lib.toRealPath().resolve("versions/next");
        Path deep = Files.createDirectories(lib.toRealPath().resolve("versions/old/agent"));
        Process old = new ProcessBuilder("sleep", "60").directory(deep.toFile()).start();
        try {
            Path tools = tools(Map.of(
                    "systemctl",
                    "case $* in 'show -p MainPID lockstep-agent') echo MainPID=" + old.pid()
                            + " ;; show*) echo MainPID=0 ;; *is-enabled*) exit 1 ;; esac"));

            Result again = run(
                    Map.of(LIVE, tools.toString()),
                    directory.resolve("next/install").toString(),
                    "--root",
                    host.toString());

            assertThat(again.status()).as(again.output()).isZero();
            assertThat(again.output()).contains("libvirt-guests is not enabled");
            assertThat(calls()).content().contains("systemctl restart lockstep-agent", "systemctl reload libvirtd");
            assertThat(again.output()).contains("lvmlocks is not enabled");
            assertThat(lib.resolve("current").toRealPath()).isEqualTo(now);
            assertThat(deep).exists();
        } finally {
            old.destroyForcibly().waitFor();
        }
        install(directory.resolve("next"));
        assertThat(deep).doesNotExist();
    }

    @Test
    @Order(5)
    void what_runs_as_this_version_is_not_restarted() throws Exception {
        Path service = lib.toRealPath().resolve("versions/next");
        Process agent = new ProcessBuilder("sleep", "60")
                .directory(service.resolve("agent").toFile())
                .start();
        Process controller = new ProcessBuilder("sleep", "60")
                .directory(service.resolve("controller").toFile())
                .start();
        try {
            Path tools = tools(Map.of(
                    "systemctl",
                    "case $* in 'show -p MainPID lockstep-agent') echo MainPID=" + agent.pid()
                            + " ;; show*) echo MainPID=" + controller.pid() + " ;; esac"));

            Result again = run(
                    Map.of(LIVE, tools.toString()),
                    directory.resolve("next/install").toString(),
                    "--root",
                    host.toString());

            assertThat(again.status()).as(again.output()).isZero();
            assertThat(calls()).content().contains("is-enabled").doesNotContain("systemctl restart");
        } finally {
            agent.destroyForcibly().waitFor();
            controller.destroyForcibly().waitFor();
        }
    }

    private static final String PROFILE = """
            include <tunables/global>
            profile libvirtd /usr/sbin/libvirtd flags=(attach_disconnected) {
              /** rwmkl,
              include if exists <local/usr.sbin.libvirtd>
            }
            """;

    @Test
    @Order(5)
    void apparmor_lets_libvirt_run_the_hook_before_anything_is_switched() throws Exception {
        write("etc/apparmor.d/usr.sbin.libvirtd", PROFILE);
        Path own = write("etc/apparmor.d/local/usr.sbin.libvirtd", "# of this host\n/srv/** r,\n");
        write("sys/kernel/security/apparmor/profiles", "libvirtd (enforce)\n");
        Path tools = tools(Map.of("systemctl", "", "apparmor_parser", "", "aa-exec", "exit 1"));
        Path before = lib.resolve("current").toRealPath();
        Path other = distAs("other");
        String[] command = {other.resolve("install").toString(), "--root", host.toString()};

        Result refused = run(Map.of(LIVE, tools.toString()), command);

        assertThat(refused.status()).as(refused.output()).isOne();
        assertThat(refused.output()).contains("AppArmor does not let libvirtd run the hook's Java");
        assertThat(lib.resolve("current").toRealPath()).isEqualTo(before);

        tools(Map.of("aa-exec", ""));
        assertThat(run(Map.of(LIVE, tools.toString()), command).status()).isZero();
        assertThat(calls())
                .content()
                .contains(
                        "apparmor_parser -r " + host.resolve("etc/apparmor.d/usr.sbin.libvirtd"),
                        "aa-exec -p libvirtd -- /bin/sh");
        assertThat(own).hasContent("""
                        # of this host
                        /srv/** r,
                        # lockstep begin: install writes this, uninstall removes it
                        /usr/lib/lockstep/versions/*/runtime/bin/java pux,
                        # lockstep end
                        """);
    }

    @Test
    @Order(5)
    void without_a_place_for_it_in_the_profile_nothing_is_switched() throws Exception {
        Path profile = write("etc/apparmor.d/usr.sbin.virtqemud", "profile virtqemud /usr/sbin/virtqemud {\n}\n");
        Result refused = run(Map.of(), dist.resolve("install").toString(), "--root", host.toString());
        Files.delete(profile);
        assertThat(refused.status()).isOne();
        assertThat(refused.output()).contains("does not include local/usr.sbin.virtqemud");
    }

    /** An old libvirt calls nothing in qemu.d; under SELinux nobody knows. */
    @Test
    @Order(5)
    void a_hook_that_would_not_be_called_or_not_be_run_is_not_installed() throws Exception {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/sys/fs/selinux"));
        Files.writeString(elsewhere.resolve("enforce"), "1");
        String root = directory.resolve("elsewhere").toString();
        String install = dist.resolve("install").toString();
        Path tools = tools(Map.of("systemctl", "", "virtqemud", "echo 'virtqemud (libvirt) 6.4.0'"));
        Path hook = directory.resolve("elsewhere/etc/libvirt/hooks/qemu.d/50-lockstep");

        Result old = run(Map.of(LIVE, tools.toString()), install, "--agent", "--root", root);
        assertThat(old.status()).isOne();
        assertThat(old.output()).contains("older than 6.5");
        assertThat(Path.of(root, "usr")).doesNotExist();

        tools(Map.of("virtqemud", "echo 'virtqemud (libvirt) 11.3.0'"));
        Result untried = run(Map.of(LIVE, tools.toString()), install, "--agent", "--root", root);
        assertThat(untried.status()).isOne();
        assertThat(untried.output()).contains("the hook is NOT installed", "--hook-under-selinux");
        assertThat(hook).doesNotExist();

        Result told = run(Map.of(LIVE, tools.toString()), install, "--agent", "--root", root, "--hook-under-selinux");
        assertThat(told.status()).as(told.output()).isZero();
        assertThat(hook).isExecutable();
        assertThat(run(Map.of(), "rm", "-rf", root).status()).isZero();
    }

    @Test
    @Order(5)
    void a_strict_umask_hides_nothing_from_the_controllers_user() throws Exception {
        String root = directory.resolve("strict").toString();
        Result installed = run(
                Map.of(),
                "sh",
                "-c",
                "umask 077; exec \"$0\" --controller --root \"$1\"",
                dist.resolve("install").toString(),
                root);
        assertThat(installed.status()).as(installed.output()).isZero();
        assertThat(run(Map.of(), "sh", "-c", "find \"$0\"/* ! -perm -0004 ! -type l", root))
                .isEqualTo(new Result(0, ""));
        assertThat(run(Map.of(), "rm", "-rf", root).status()).isZero();
    }

    /** As the agent of a former life leaves one behind: first one that ends by TERM, then one that does not. */
    @ParameterizedTest
    @Order(5)
    @ValueSource(strings = {"", "trap '' TERM; "})
    void an_lvm_command_of_a_former_agent_ends_before_the_next_one_begins(String stubborn) throws Exception {
        Path lvchange = directory.resolve("lvchange");
        Files.copy(Path.of("/bin/sh").toRealPath(), lvchange, StandardCopyOption.REPLACE_EXISTING);
        Process left = new ProcessBuilder(lvchange.toString(), "-c", stubborn + "while :; do sleep 0.2; done").start();
        Process bystander = new ProcessBuilder("sleep", "60").start();
        try {
            Path procs =
                    Files.writeString(directory.resolve("cgroup.procs"), bystander.pid() + "\n" + left.pid() + "\n");
            Thread.sleep(200);
            Result waited = run(Map.of(), lib.resolve("service/leftovers").toString(), procs.toString(), "1", "3", "6");

            assertThat(waited.status()).isZero();
            assertThat(waited.output())
                    .contains("left behind: lvchange(" + left.pid() + ")", "it has ended")
                    .satisfies(o -> assertThat(o.contains("killed")).isEqualTo(!stubborn.isEmpty()));
            assertThat(left.isAlive()).isFalse();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            left.destroyForcibly();
            bystander.destroyForcibly();
        }
    }

    @Test
    @Order(5)
    void lockstepctl_uses_its_cache_wherever_it_is() throws Exception {
        Result version = run(
                Map.of("LOCKSTEP_CLI_HOME", lib.resolve("cli").toString()),
                "sh",
                "-c",
                "sed 's/-Xlog:disable/-Xlog:disable -Xlog:aot=info/; s/-Xlog:all=error/-Xlog:all=info/' \"$0\" >\"$1\" && exec sh \"$1\" version",
                host.resolve("usr/bin/lockstepctl").toString(),
                directory.resolve("talkative").toString());
        assertThat(version.output()).contains("Mapped static", "lockstepctl ");
    }

    /** A libvirt that does not answer proves nothing. */
    @Test
    @Order(5)
    void nothing_is_uninstalled_under_guests() throws Exception {
        Process guest = new ProcessBuilder("sleep", "60").start();
        try {
            Path pid = write("run/libvirt/qemu/web.pid", guest.pid() + "\n");
            write("run/libvirt/qemu/gone.pid", "999999999\n");
            for (String virsh : List.of("exit 1", "echo web; echo")) {
                Path tools = tools(Map.of("virsh", virsh, "systemctl", ""));
                Result refused = run(
                        Map.of(LIVE, tools.toString()),
                        lib.resolve("uninstall").toRealPath().toString(),
                        "--root",
                        host.toString());
                assertThat(refused.status()).isOne();
                assertThat(refused.output()).contains("nothing is removed: 1 guests run");
            }
            assertThat(lib).exists();
            Files.delete(pid);
        } finally {
            guest.destroyForcibly();
        }
    }

    @ParameterizedTest
    @Order(5)
    @ValueSource(strings = {"lockstep-agent", "lockstep-controller"})
    void systemd_has_nothing_to_say_about_the_units(String name) throws Exception {
        String unit = Files.readString(host.resolve("usr/lib/systemd/system/" + name + ".service"));
        Path copy = Files.writeString(
                directory.resolve(name + ".service"), unit.replace("ExecStart=/usr/lib/lockstep", "ExecStart=" + lib));

        assertThat(run(Map.of(), "systemd-analyze", "verify", "--man=no", copy.toString()))
                .isEqualTo(new Result(0, ""));
    }

    @Test
    @Order(6)
    void uninstalling_leaves_settings_and_state_unless_told_otherwise() throws Exception {
        Path state = Files.createDirectories(host.resolve("var/lib/lockstep"));
        Path copy = Files.copy(lib.resolve("uninstall"), directory.resolve("uninstall"));

        assertThat(run(Map.of(), "sh", copy.toString(), "--root", host.toString()))
                .satisfies(r -> assertThat(r.status()).as(r.output()).isZero());

        assertThat(lib).doesNotExist();
        assertThat(host.resolve("usr/bin/lockstepctl")).doesNotExist();
        assertThat(host.resolve("etc/libvirt/hooks/qemu.d")).isEmptyDirectory();
        assertThat(host.resolve("usr/lib/systemd/system")).isEmptyDirectory();
        assertThat(host.resolve("etc/apparmor.d/local/usr.sbin.libvirtd")).hasContent("# of this host\n/srv/** r,\n");
        assertThat(host.resolve("etc/lockstep/agent.yaml")).exists();
        assertThat(state).exists();

        run(Map.of(), "sh", copy.toString(), "--root", host.toString(), "--purge");
        assertThat(host.resolve("etc/lockstep")).doesNotExist();
        assertThat(state).doesNotExist();
    }

    @Test
    @Order(7)
    void a_wrong_option_installs_nothing() throws Exception {
        Path nowhere = directory.resolve("nowhere");
        assertThat(run(Map.of(), dist.resolve("install").toString(), "--root", nowhere.toString(), "--agnet")
                        .status())
                .isEqualTo(2);
        assertThat(run(Map.of(), dist.resolve("install").toString(), "--root", nowhere.toString())
                        .status())
                .as("neither agent nor controller")
                .isEqualTo(2);
        assertThat(nowhere.resolve("usr")).doesNotExist();
    }
}
