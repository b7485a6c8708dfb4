/* not_a_plugin.c - a shared object like any other. */
int an_answer(void);

int
an_answer(void)
{
    return 42;
}
