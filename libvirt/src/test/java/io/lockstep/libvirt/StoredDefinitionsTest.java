package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredDefinitionsTest {

    private static final byte[] WEB = "<domain><name>web</name></domain>".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path etc;

    private Path directory;
    private StoredDefinitions definitions;

    @BeforeEach
    void define() throws IOException {
        directory = Files.createDirectory(etc.resolve("qemu"));
        Files.write(directory.resolve("web.xml"), WEB);
        definitions = new StoredDefinitions(directory);
    }

    @Test
    void a_domain_has_the_file_of_its_name() throws IOException {
        assertThat(definitions.stored("web")).hasValue(WEB);
    }

    @Test
    void a_domain_that_is_not_defined_here_has_none() throws IOException {
        assertThat(definitions.stored("mail")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../qemu/web", "/web", "w\0eb"})
    void a_name_leads_nowhere_else(String name) throws IOException {
        assertThat(definitions.stored(name)).isEmpty();
    }

    @Test
    void a_directory_that_is_not_there_is_no_host_without_domains() {
        Path elsewhere = etc.resolve("elsewhere");
        assertThatThrownBy(() -> new StoredDefinitions(elsewhere).stored("web"))
                .isInstanceOf(IOException.class)
                .hasMessage(elsewhere + " is not the directory in which libvirt stores definitions");
    }

    @Test
    void a_file_that_cannot_be_read_is_no_domain_that_is_missing() throws IOException {
        Files.createDirectory(directory.resolve("mail.xml"));
        assertThatThrownBy(() -> definitions.stored("mail")).isInstanceOf(IOException.class);
    }
}
