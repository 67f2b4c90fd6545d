package io.lockstep.hook;

import static io.lockstep.hook.FakeAgent.answers;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.hook.HookBed.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** install-hook and remove-hook. */
class InstallTest {

    @TempDir
    Path directory;

    Path prefix;
    Path hooks;
    Path conf;
    Path jar;

    @BeforeEach
    void jar() throws Exception {
        prefix = directory.resolve("usr");
        hooks = directory.resolve("etc/libvirt/hooks/qemu.d");
        conf = directory.resolve("etc/lockstep/hook.conf");
        jar = directory.resolve("built.jar");
        HookBed.makeJar(jar);
    }

    @Test
    void what_is_installed_works_where_it_is() throws Exception {
        Path socket = directory.resolve("agent.sock");
        Files.createDirectories(conf.getParent());
        Files.writeString(conf, "SOCKET=" + socket + "\n");
        assertThat(install().status()).isEqualTo(0);

        Path home = prefix.resolve("lib/lockstep/hook");
        assertThat(home.resolve("lockstep-hook.aot")).exists();
        assertThat(HookBed.tool(List.of(home.resolve("make-aot").toString(), "--check"))
                        .status())
                .isEqualTo(0);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hooks.resolve("50-lockstep"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(conf).hasContent("SOCKET=" + socket);
        onlyTheScriptIsThere();

        try (FakeAgent _ = new FakeAgent(socket, answers(409, "held"))) {
            String script = hooks.resolve("50-lockstep").toString();
            assertThat(HookBed.tool(List.of(script, "vm1", "prepare", "begin", "-")))
                    .isEqualTo(new Result(1, "", "lockstep: held\n"));
        }
    }

    @Test
    void a_first_hook_needs_a_reload_of_libvirt_and_later_ones_do_not() throws Exception {
        assertThat(install().stdout()).contains("reload libvirt now");
        assertThat(conf).exists();
        assertThat(install().stdout()).contains("libvirt needs no reload, unless");
    }

    @Test
    void beside_another_hook_none_is_needed() throws Exception {
        Path other = Files.createDirectories(hooks).resolveSibling("qemu");
        Files.writeString(other, "#!/bin/sh\n");
        HookBed.permissions(other, "rwxr-xr-x");
        assertThat(install().stdout()).contains("libvirt needs no reload");
    }

    @Test
    void an_upgrade_leaves_no_old_cache_in_use() throws Exception {
        install();
        Path home = prefix.resolve("lib/lockstep/hook");
        FileTime before = Files.getLastModifiedTime(home.resolve("lockstep-hook.aot"));
        install();
        assertThat(Files.getLastModifiedTime(home.resolve("lockstep-hook.aot")))
                .as("the same jar keeps its cache")
                .isEqualTo(before);
        Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
        install();
        assertThat(Files.getLastModifiedTime(home.resolve("lockstep-hook.aot"))).isNotEqualTo(before);
        assertThat(HookBed.tool(List.of(home.resolve("make-aot").toString(), "--check"))
                        .status())
                .isEqualTo(0);
    }

    @Test
    void removing_leaves_the_settings() throws Exception {
        install();
        Result removed = HookBed.tool("remove-hook", "--prefix", prefix, "--hooks-dir", hooks);
        assertThat(removed.status()).isEqualTo(0);
        assertThat(hooks).isEmptyDirectory();
        assertThat(prefix.resolve("lib/lockstep")).doesNotExist();
        assertThat(conf).exists();
        assertThat(HookBed.tool("remove-hook", "--prefix", prefix, "--hooks-dir", hooks)
                        .status())
                .isEqualTo(0);
    }

    @Test
    void a_wrong_argument_installs_nothing() throws Exception {
        assertThat(HookBed.tool("install-hook", "--perfix", prefix).status()).isEqualTo(2);
        assertThat(HookBed.tool("install-hook", "--prefix").status()).isEqualTo(2);
        assertThat(HookBed.tool("install-hook", "--prefix", "usr", "--conf", conf)
                        .status())
                .isEqualTo(2);
        assertThat(HookBed.tool("install-hook", "--prefix", prefix, "--jar", "/nonexistent")
                        .status())
                .isEqualTo(1);
        assertThat(prefix).doesNotExist();
    }

    private Result install() throws Exception {
        Result result =
                HookBed.tool("install-hook", "--prefix", prefix, "--hooks-dir", hooks, "--conf", conf, "--jar", jar);
        assertThat(result.stderr()).isEmpty();
        return result;
    }

    private void onlyTheScriptIsThere() throws Exception {
        try (Stream<Path> files = Files.list(hooks)) {
            assertThat(files).containsExactly(hooks.resolve("50-lockstep"));
        }
        try (Stream<Path> files = Files.list(hooks.getParent())) {
            assertThat(files).containsExactly(hooks);
        }
    }
}
