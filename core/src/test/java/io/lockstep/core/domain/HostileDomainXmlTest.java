package io.lockstep.core.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lockstep.core.Recordings;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileDomainXmlTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String UUID = "<uuid>11111111-0000-0000-0000-000000000001</uuid>";

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("", "it is empty"),
                arguments(" \n", "it is empty"),
                arguments("virsh: command not found", "line 1"),
                arguments("<domain>" + UUID, "line 1"),
                arguments("<domain>\n" + UUID + "<devices>\n<disk type='bl", "line 3"),
                arguments("<domain>" + UUID + "</domain><domain/>", "not well-formed"),
                arguments("<network><name>default</name></network>", "not a <domain> but a <network>"),
                arguments("<d:domain xmlns:d='urn:d'>" + UUID + "</d:domain>", "not a <domain>"),
                arguments("<domain><name>d1</name></domain>", "has no <uuid>"),
                arguments("<domain><devices>" + UUID + "</devices></domain>", "has no <uuid>"),
                arguments("<domain><uuid/></domain>", "<uuid> is malformed"),
                arguments("<domain><uuid>d1</uuid></domain>", "<uuid> is malformed"),
                arguments("<domain><uuid>1-1-1-1-1</uuid></domain>", "<uuid> is malformed"),
                arguments("<domain><uuid>0111111110-000-0000-0000-00000000001</uuid></domain>", "<uuid> is malformed"),
                arguments("<domain><uuid>١1111111-0000-0000-0000-000000000001</uuid></domain>", "<uuid> is malformed"),
                arguments("<!DOCTYPE domain><domain>" + UUID + "</domain>", "DOCTYPE"),
                arguments("<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain>" + UUID + "</domain>", "DOCTYPE"),
                arguments("<!DOCTYPE d [<!ENTITY x SYSTEM 'http://127.0.0.1:1/'>]><domain>&x;</domain>", "DOCTYPE"),
                arguments("<!DOCTYPE d [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/'> %x;]><domain/>", "DOCTYPE"),
                arguments(laughs(), "DOCTYPE"),
                arguments("<domain><name>&unknown;</name>" + UUID + "</domain>", "unknown"),
                arguments("<domain name='&unknown;'>" + UUID + "</domain>", "unknown"),
                arguments("<?xml version='1.0' encoding='UTF-16'?><domain>" + UUID + "</domain>", "\"UTF-16\""),
                arguments("<?xml version='1.0' encoding='ISO-8859-1'?><domain>" + UUID + "</domain>", "UTF-8"),
                arguments("<?xml version='1.0' encoding='../../etc'?><domain>" + UUID + "</domain>", "encoding"),
                arguments("<domain>" + UUID + "\u0000</domain>", "not well-formed"),
                arguments("<domain>" + UUID + "<x:a/></domain>", "not well-formed"),
                arguments("<domain a='1' a='2'>" + UUID + "</domain>", "not well-formed"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_libvirt_never_writes_is_refused_in_words(String xml, String reason) {
        assertThat(refusal(xml.getBytes(StandardCharsets.UTF_8))).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32", "IBM500"})
    void another_encoding_than_libvirts_is_refused(String charset) {
        String xml = "<?xml version='1.0' encoding='" + charset + "'?><domain>" + UUID + "</domain>";
        refusal(xml.getBytes(Charset.forName(charset)));
    }

    @Test
    void bytes_that_are_not_what_the_declaration_says_are_refused() {
        String xml = "<?xml version='1.0' encoding='UTF-8'?><domain><name>dé</name>" + UUID + "</domain>";
        assertThat(refusal(xml.getBytes(StandardCharsets.ISO_8859_1))).contains("not UTF-8");
    }

    @Test
    void a_byte_order_mark_is_no_fault() {
        assertThat(DomainXml.parse(("\uFEFF<domain>" + UUID + "</domain>").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(DomainXml.Parsed.class);
    }

    @Test
    void a_document_of_fifty_megabytes_is_refused_unread() {
        byte[] xml = new byte[50 << 20];
        Arrays.fill(xml, (byte) ' ');
        assertThat(refusal(xml)).contains("50 MB");
    }

    @Test
    void deep_nesting_is_refused() {
        assertThat(refusal(wrapped("<a>".repeat(1_000_000)))).contains("nested more than 256");
        assertThat(DomainXml.parse(wrapped("<a>".repeat(255) + "</a>".repeat(255))))
                .isInstanceOf(DomainXml.Parsed.class);
    }

    @Test
    void a_chain_of_backing_stores_without_end_is_refused() {
        assertThat(refusal(wrapped("<devices><disk>" + "<backingStore type='block'>".repeat(100_000))))
                .contains("nested more than 256");
    }

    @Test
    void millions_of_attributes_are_refused() {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < 700_000; i++) {
            attributes.append(" a").append(i).append("=''");
        }
        assertThat(refusal(wrapped("<x" + attributes + "/>"))).contains("attributes");
    }

    @Test
    void a_pile_of_namespaces_is_refused() {
        StringBuilder pile = new StringBuilder("<p:a xmlns:p='urn:p'>");
        for (int depth = 0; depth < 250; depth++) {
            pile.append("<a");
            for (int i = 0; i < 190; i++) {
                pile.append(" xmlns:n").append(depth).append('x').append(i).append("='u'");
            }
            pile.append('>');
        }
        // Each of these would look through all of them.
        String xml = pile + "<p:a/>".repeat(1_000_000);
        assertThat(refusal(wrapped(xml))).contains("namespaces");
        String siblings = "<a:x xmlns:a='urn:a'/>".repeat(10_000);
        assertThat(DomainXml.parse(wrapped("<metadata>" + siblings + "</metadata>")))
                .isInstanceOf(DomainXml.Parsed.class);
    }

    @Test
    void more_disks_than_any_guest_has_are_refused() {
        String disk = "<disk type='block'><source dev='/dev/v/a'/></disk>";
        assertThat(DomainXml.parse(wrapped("<devices>" + disk.repeat(4096) + "</devices>")))
                .isInstanceOf(DomainXml.Parsed.class);
        assertThat(refusal(wrapped("<devices>" + disk.repeat(4097) + "</devices>")))
                .contains("at most 4096");
        assertThat(refusal(wrapped("<devices>" + "<disk/>".repeat(1_000_000) + "</devices>")))
                .contains("more than");
    }

    @Test
    void a_large_document_about_other_things_is_read() {
        assertThat(DomainXml.parse(wrapped("<metadata>" + "<a b='c'>&amp;&#65;</a>".repeat(300_000) + "</metadata>")))
                .isInstanceOf(DomainXml.Parsed.class);
    }

    @Test
    void a_reason_is_one_short_line() {
        String reason = refusal(("<" + "x\u0085y".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
        assertThat(reason).hasSizeLessThan(400).hasLineCount(1);
        assertThat(refusal(("<x" + "y".repeat(500) + "/>").getBytes(StandardCharsets.UTF_8)))
                .hasSizeLessThan(400);
    }

    @Test
    void no_damage_to_a_real_document_makes_the_parser_throw() {
        byte[] real = Recordings.bytes("22-incoming-prepare.xml");
        Random random = new Random(25);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = Arrays.copyOf(real, random.nextInt(4) == 0 ? random.nextInt(real.length) : real.length);
            for (int n = random.nextInt(4); n >= 0 && damaged.length > 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThat(DomainXml.parse(damaged)).isNotNull();
        }
    }

    private static byte[] wrapped(String content) {
        return ("<domain>" + UUID + content + "</domain>").getBytes(StandardCharsets.UTF_8);
    }

    private static String laughs() {
        StringBuilder bomb = new StringBuilder("<!DOCTYPE d [<!ENTITY e0 'lol'>");
        for (int i = 1; i < 12; i++) {
            bomb.append("<!ENTITY e")
                    .append(i)
                    .append(" '")
                    .append(("&e" + (i - 1) + ";").repeat(10))
                    .append("'>");
        }
        return bomb + "]><domain><name>&e11;</name>" + UUID + "</domain>";
    }

    private static String refusal(byte[] xml) {
        return Assertions.assertTimeoutPreemptively(SOON, () -> switch (DomainXml.parse(xml)) {
            case DomainXml.Refused(String reason) -> reason;
            case DomainXml.Parsed(DomainDefinition domain) -> throw new AssertionError("read as " + domain);
        });
    }
}
