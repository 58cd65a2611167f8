// SPDX-License-Identifier: Apache-2.0
// bare_client PORT QOS: what somebody would write by hand for sensor -> pick -> publish. Subscribes
// sensors/+/temperature; a payload over 70 is published to `alarms`. SIGTERM ends it.
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static volatile sig_atomic_t stopping;
static unsigned long received, published;
static int qos;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static void on_connect(struct mosquitto *client, void *context, int result)
{
    (void)context;
    if (result != 0 || mosquitto_subscribe(client, NULL, "sensors/+/temperature", qos) != 0)
        exit(1);
}

static void on_subscribe(struct mosquitto *client, void *context, int id, int count, const int *qos_granted)
{
    (void)client, (void)context, (void)id, (void)count, (void)qos_granted;
    puts("ready");
    fflush(stdout);
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message)
{
    (void)context;
    char text[64] = {0};
    const int length = message->payloadlen < 63 ? message->payloadlen : 63;
    memcpy(text, message->payload, (size_t)length);
    ++received;
    if (strtod(text, NULL) <= 70)
        return;
    ++published;
    mosquitto_publish(client, NULL, "alarms", length, text, qos, false);
}

int main(int count, char **words)
{
    if (count != 3)
        return 2;
    qos = atoi(words[2]);
    signal(SIGTERM, on_signal);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("bare", true, NULL);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_message_callback_set(client, on_message);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_max_inflight_messages_set(client, 0);
    if (mosquitto_connect(client, "127.0.0.1", atoi(words[1]), 60) != 0)
        return 1;
    while (!stopping)
        if (mosquitto_loop(client, 100, 1) != 0)
            return 1;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"received\":%lu,\"published\":%lu,\"cpu_us\":%ld}\n", received, published,
           (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec +
               usage.ru_stime.tv_usec);
    mosquitto_destroy(client);
    mosquitto_lib_cleanup();
    return 0;
}
